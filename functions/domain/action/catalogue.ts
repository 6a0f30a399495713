import * as z from 'zod';
import { deleteMessagesPayload, deleteMessagesResult } from './imap-delete-messages.ts';
import {
  createMailboxPayload,
  createMailboxResult,
  deleteMailboxPayload,
  deleteMailboxResult,
  renameMailboxPayload,
  renameMailboxResult,
} from './imap-mailboxes.ts';
import { searchMessagesPayload, searchMessagesResult } from './imap-search-messages.ts';
import { setFlagsPayload, setFlagsResult } from './imap-set-flags.ts';
import { syncMailboxesPayload, syncMailboxesResult } from './imap-sync-mailboxes.ts';
import { syncMessagesPayload, syncMessagesResult } from './imap-sync-messages.ts';
import { copyMessagesResult, moveMessagesResult, transferPayload } from './imap-transfer-messages.ts';

/**
 * Every action a task can name. `mutating`: the action changes the mailbox, so an unknown outcome must be checked
 * first.
 */
export const ACTIONS = {
  imap_sync_mailboxes: { payload: syncMailboxesPayload, result: syncMailboxesResult, mutating: false },
  imap_sync_messages: { payload: syncMessagesPayload, result: syncMessagesResult, mutating: false },
  imap_search_messages: { payload: searchMessagesPayload, result: searchMessagesResult, mutating: false },
  imap_set_flags: { payload: setFlagsPayload, result: setFlagsResult, mutating: true },
  imap_move_messages: { payload: transferPayload, result: moveMessagesResult, mutating: true },
  imap_copy_messages: { payload: transferPayload, result: copyMessagesResult, mutating: true },
  imap_delete_messages: { payload: deleteMessagesPayload, result: deleteMessagesResult, mutating: true },
  imap_create_mailbox: { payload: createMailboxPayload, result: createMailboxResult, mutating: true },
  imap_rename_mailbox: { payload: renameMailboxPayload, result: renameMailboxResult, mutating: true },
  imap_delete_mailbox: { payload: deleteMailboxPayload, result: deleteMailboxResult, mutating: true },
} as const;

/** The name of an action, as `task_type` and `action` of the API have it. */
export const actionName = z.enum([
  'imap_sync_mailboxes',
  'imap_sync_messages',
  'imap_search_messages',
  'imap_set_flags',
  'imap_move_messages',
  'imap_copy_messages',
  'imap_delete_messages',
  'imap_create_mailbox',
  'imap_rename_mailbox',
  'imap_delete_mailbox',
]);
export type ActionName = z.infer<typeof actionName>;

/** Whether an action changes the mailbox; false for a name that this release does not know. */
export function isMutating(action: string): boolean {
  const known = actionName.safeParse(action);
  return known.success && ACTIONS[known.data].mutating;
}
