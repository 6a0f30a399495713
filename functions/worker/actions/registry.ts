import type { Action } from '../action.ts';
import { copyMessages } from './copy-messages.ts';
import { createMailbox } from './create-mailbox.ts';
import { deleteMailbox } from './delete-mailbox.ts';
import { deleteMessages } from './delete-messages.ts';
import { moveMessages } from './move-messages.ts';
import { renameMailbox } from './rename-mailbox.ts';
import { searchMessages } from './search-messages.ts';
import { setFlags } from './set-flags.ts';
import { syncMailboxes } from './sync-mailboxes.ts';
import { syncMessages } from './sync-messages.ts';

/** Every action by the name that tasks and jobs know it by. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [syncMailboxes.name, syncMailboxes],
  [syncMessages.name, syncMessages],
  [searchMessages.name, searchMessages],
  [setFlags.name, setFlags],
  [moveMessages.name, moveMessages],
  [copyMessages.name, copyMessages],
  [deleteMessages.name, deleteMessages],
  [createMailbox.name, createMailbox],
  [renameMailbox.name, renameMailbox],
  [deleteMailbox.name, deleteMailbox],
]);
