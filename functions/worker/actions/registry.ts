import { fitting } from '../../domain/action/result.ts';
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

/** Limits every action's result to the size that an event may hold. */
function bounded<Payload>({ run, ...action }: Action<Payload>): Action<Payload> {
  return {
    ...action,
    async run(payload, context) {
      const outcome = await run(payload, context);
      return outcome.kind === 'succeeded' ? { ...outcome, result: fitting(outcome.result) } : outcome;
    },
  };
}

/** Every action by its name in tasks and jobs. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [syncMailboxes.name, bounded(syncMailboxes)],
  [syncMessages.name, bounded(syncMessages)],
  [searchMessages.name, bounded(searchMessages)],
  [setFlags.name, bounded(setFlags)],
  [moveMessages.name, bounded(moveMessages)],
  [copyMessages.name, bounded(copyMessages)],
  [deleteMessages.name, bounded(deleteMessages)],
  [createMailbox.name, bounded(createMailbox)],
  [renameMailbox.name, bounded(renameMailbox)],
  [deleteMailbox.name, bounded(deleteMailbox)],
]);
