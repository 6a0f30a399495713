import type { Action } from '../action.ts';
import { syncMailboxes } from './sync-mailboxes.ts';
import { syncMessages } from './sync-messages.ts';

/** Every action by the name that tasks and jobs know it by. */
export const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [syncMailboxes.name, syncMailboxes],
  [syncMessages.name, syncMessages],
]);
