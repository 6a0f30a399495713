/**
 * The mailboxes of the demo besides the first one: customers with mail servers of their own, each with another fault.
 * All are served by the one demo server; in the embedded stack every name below `.localhost` is this machine.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { demoMessages, type Kind } from './demo-messages.ts';
import { createMailbox, type ImapAccount, type MailboxOptions } from './mailbox.ts';
import type { Script, ScriptedReply } from './script.ts';

type Folder = Pick<MailboxOptions, 'path' | 'selectable' | 'readOnly'> & {
  readonly count: number;
  readonly kinds: readonly Kind[];
};
type Customer = { readonly host: string; readonly users: readonly string[]; readonly folders: readonly Folder[] };

/** The password of every mailbox of the demo. */
export const demoPassword = 'demo';

const office: readonly Folder[] = [
  { path: 'INBOX', count: 24, kinds: ['letter', 'order', 'statement'] },
  { path: 'Sent', count: 8, kinds: ['sent'] },
  { path: 'Archive', count: 12, kinds: ['letter', 'order'] },
  { path: 'Customers/Lindqvist', count: 6, kinds: ['letter'] },
];

const LOCKED = 'Locked';
const CRASHING = 'Crashing';
const FULL = 'Full';
const SLOW = 'Scans/';
const SLOW_FOLDERS = 16;
/** Shorter than the time that a mail server may be silent. */
const SLOW_MS = 15_000;

const customers: readonly Customer[] = [
  { host: 'imap.northwind.localhost', users: ['sales', 'support', 'billing'], folders: office },
  {
    host: 'mx.workshop.localhost',
    users: ['orders'],
    folders: [
      { path: 'INBOX', count: 30, kinds: ['order', 'letter'] },
      { path: 'Read only', count: 5, kinds: ['statement'], readOnly: true },
      { path: LOCKED, count: 3, kinds: ['letter'] },
      { path: CRASHING, count: 3, kinds: ['letter'] },
      { path: FULL, count: 1, kinds: ['statement'] },
      { path: 'Projects', count: 0, kinds: [], selectable: false },
    ],
  },
  { host: 'mail.post.localhost', users: ['anna', 'ben', 'clara', 'dora'], folders: office },
  {
    host: 'imap.slow.localhost',
    users: ['archive'],
    folders: Array.from({ length: SLOW_FOLDERS }, (_, n) => ({
      path: `${SLOW}${2010 + n}`,
      count: 2,
      kinds: ['statement'] as const,
    })),
  },
];
/** The certificate of the demo server does not name it, so TLS fails. */
const WITHOUT_CERTIFICATE: Customer = { host: 'imap.harbor.localhost', users: ['desk'], folders: office };

/** The names that the certificate of the demo server must have. */
export const demoHosts: readonly string[] = ['localhost', '127.0.0.1', ...customers.map(({ host }) => host)];

export type DemoMailbox = { readonly host: string; readonly username: string };

const everyone = [...customers, WITHOUT_CERTIFICATE];
const usernameOf = (user: string, host: string): string => `${user}@${host.split('.')[1]}.example`;

/** The mailboxes as a credential names them. */
export const demoMailboxes: readonly DemoMailbox[] = everyone.flatMap(({ host, users }) =>
  users.map((user) => ({ host, username: usernameOf(user, host) })),
);

/** The accounts of the customers: the same folders, UIDVALIDITYs, UIDs and messages each time. */
export function customerAccounts(): ImapAccount[] {
  return everyone.flatMap(({ host, users, folders }, at) =>
    users.map((user, each) => ({
      username: usernameOf(user, host),
      password: demoPassword,
      mailboxes: folders.map(({ count, kinds, ...options }, index) =>
        createMailbox({
          ...options,
          uidValidity: 1_760_000_000 + at * 1_000 + each * 100 + index,
          messages: demoMessages(100 + at * 50 + each * 10 + index, count, kinds),
        }),
      ),
    })),
  );
}

/** The answers of the demo server to commands on the folders with a fault. */
export const demoScript: Script = async ({ name, args }) => {
  const refusal = (status: string): ScriptedReply => ({ kind: 'lines', lines: [`{tag} NO ${status}`] });
  const opens = name === 'SELECT' || name === 'EXAMINE';
  const named = (folder: string): boolean => args.replaceAll('"', '').split(' ').includes(folder);
  if (opens && named(LOCKED)) return refusal('[NOPERM] You may not read this mailbox');
  if (opens && named(CRASHING)) return refusal('Something went wrong');
  if (/(COPY|MOVE)$/.test(name) && named(FULL)) return refusal('[OVERQUOTA] The mailbox is full');
  if (opens && args.includes(SLOW)) await pause(SLOW_MS, undefined, { ref: false });
  return { kind: 'normal' };
};
