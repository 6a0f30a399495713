/** The work of the demo: tasks for its mailboxes, each with the number of jobs that it makes. */
import type { Client } from '../../client/index.ts';
import type { CredentialName } from './mailboxes.ts';

type CreateTask = NonNullable<Parameters<Client['tasks']['create']>[0]['body']>;
type KindOf<Body> = Body extends CreateTask ? Pick<Body, 'task_type' | 'payload'> : never;

export type Work = {
  readonly credential: CredentialName;
  readonly task: KindOf<CreateTask>;
  readonly jobs: number;
  readonly labels?: readonly string[];
};

/** The messages of a folder, as the last sync found them. */
export type Messages = { readonly uid_validity: number; readonly uids: readonly number[] };

const search = (folder: string) => ({ task_type: 'imap_search_messages' as const, payload: { folder, criteria: {} } });
const sync = (folder: string) => ({ task_type: 'imap_sync_messages' as const, payload: { folder } });
const read = (folder: string, { uid_validity, uids }: Messages) => ({
  task_type: 'imap_set_flags' as const,
  payload: { folder, uid_validity, uids: [...uids], add: ['\\Seen'] },
});

/** Work that succeeds. */
export function healthyWork(sales: Messages, orders: Messages): Work[] {
  return [
    ...(['sales', 'support', 'billing'] as const).flatMap((credential): Work[] => [
      { credential, task: sync('INBOX'), jobs: 14, labels: ['inbox'] },
      { credential, task: sync('Archive'), jobs: 8 },
      { credential, task: search('INBOX'), jobs: 16 },
      { credential, task: { task_type: 'imap_sync_mailboxes', payload: {} }, jobs: 5 },
    ]),
    ...sales.uids.slice(0, 8).map(
      (uid): Work => ({
        credential: 'sales',
        task: read('INBOX', { ...sales, uids: [uid] }),
        jobs: 1,
        labels: ['campaign'],
      }),
    ),
    ...orders.uids.slice(0, 6).map(
      (uid): Work => ({
        credential: 'workshop',
        task: {
          task_type: 'imap_move_messages',
          payload: {
            folder: 'INBOX',
            uid_validity: orders.uid_validity,
            uids: [uid],
            target_folder: 'Done',
            create_target: true,
          },
        },
        jobs: 1,
        labels: ['orders'],
      }),
    ),
  ];
}

type Found = Readonly<Record<'orders' | 'statements' | 'tickets' | 'letters', Messages>>;

/** Work that fails, or that is tried again and again. */
export function failingWork({ orders, statements, tickets, letters }: Found): Work[] {
  const copy = (target_folder: string, { uid_validity, uids }: Messages) => ({
    task_type: 'imap_copy_messages' as const,
    payload: { folder: 'INBOX', uid_validity, uids: uids.slice(8, 11), target_folder },
  });
  return [
    { credential: 'workshop', task: search('Old projects'), jobs: 14, labels: ['report'] },
    { credential: 'sales', task: sync('Leads 2024'), jobs: 6 },
    { credential: 'dora', task: copy('Backup', letters), jobs: 5, labels: ['backup'] },
    { credential: 'workshop', task: search('Locked'), jobs: 9 },
    { credential: 'workshop', task: search('Projects'), jobs: 4 },
    { credential: 'workshop', task: search('Crashing'), jobs: 4 },
    { credential: 'workshop', task: read('Read only', statements), jobs: 7, labels: ['statements'] },
    {
      credential: 'workshop',
      task: read('INBOX', { uid_validity: orders.uid_validity - 1, uids: orders.uids.slice(12, 16) }),
      jobs: 6,
      labels: ['orders'],
    },
    {
      credential: 'support',
      task: read('INBOX', { ...tickets, uids: [4_000_000] }),
      jobs: 8,
      labels: ['tickets'],
    },
    ...(['anna', 'ben', 'clara', 'harbor', 'typo'] as const).map(
      (credential): Work => ({ credential, task: sync('INBOX'), jobs: 7 }),
    ),
    { credential: 'asleep', task: search('INBOX'), jobs: 6 },
  ];
}
