import type { Schemas } from '../../client/index.ts';

/** The actions of a job, the most usual first. */
export const ACTIONS: readonly Schemas['ActionName'][] = [
  'imap_sync_messages',
  'imap_sync_mailboxes',
  'imap_search_messages',
  'imap_set_flags',
  'imap_move_messages',
  'imap_copy_messages',
  'imap_delete_messages',
  'imap_create_mailbox',
  'imap_rename_mailbox',
  'imap_delete_mailbox',
];

/** `imap_sync_messages` as `sync messages`. */
export const actionWords = (action: string): string => action.replace(/^imap_/, '').replaceAll('_', ' ');
