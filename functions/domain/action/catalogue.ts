import * as z from 'zod';
import { syncMailboxesPayload, syncMailboxesResult } from './imap-sync-mailboxes.ts';
import { syncMessagesPayload, syncMessagesResult } from './imap-sync-messages.ts';

/** Every action a task can name. `mutating`: it changes the mailbox, so an unknown outcome must be looked into first. */
export const ACTIONS = {
  imap_sync_mailboxes: { payload: syncMailboxesPayload, result: syncMailboxesResult, mutating: false },
  imap_sync_messages: { payload: syncMessagesPayload, result: syncMessagesResult, mutating: false },
} as const;

export const actionName = z.enum(['imap_sync_mailboxes', 'imap_sync_messages']);
