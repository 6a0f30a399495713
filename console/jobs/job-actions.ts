import type { Schemas } from '../../client/index.ts';

/** Every action, the most usual first. The compiler asks for a row for each new action. */
const MOST_USUAL_FIRST: Readonly<Record<Schemas['ActionName'], true>> = {
  imap_sync_messages: true,
  imap_sync_mailboxes: true,
  imap_search_messages: true,
  imap_set_flags: true,
  imap_move_messages: true,
  imap_copy_messages: true,
  imap_delete_messages: true,
  imap_create_mailbox: true,
  imap_rename_mailbox: true,
  imap_delete_mailbox: true,
};
const isAction = (name: string): name is Schemas['ActionName'] => name in MOST_USUAL_FIRST;

/** The actions of a job, the most usual first. */
export const ACTIONS: readonly Schemas['ActionName'][] = Object.keys(MOST_USUAL_FIRST).filter(isAction);

/** `imap_sync_messages` as `sync messages`. */
export const actionWords = (action: string): string => action.replace(/^imap_/, '').replaceAll('_', ' ');
