import { selfSignedCertificate } from './certificate.ts';
import { customerAccounts, demoHosts, demoPassword, demoScript } from './demo-customers.ts';
import { demoMessages, type Kind, owner } from './demo-messages.ts';
import { createMailbox, type ImapAccount, type Mailbox } from './mailbox.ts';
import { type ImapServer, type ImapServerOptions, startImapServer } from './server.ts';

type Folder = {
  readonly path: string;
  readonly specialUse?: string;
  /** 0 messages and no kinds: a container that cannot be selected. */
  readonly count: number;
  readonly kinds: readonly Kind[];
};

const folders: readonly Folder[] = [
  { path: 'INBOX', count: 140, kinds: ['letter', 'letter', 'letter', 'order', 'statement', 'build', 'ticket'] },
  { path: 'Sent', specialUse: '\\Sent', count: 60, kinds: ['sent'] },
  { path: 'Drafts', specialUse: '\\Drafts', count: 4, kinds: ['sent'] },
  { path: 'Trash', specialUse: '\\Trash', count: 15, kinds: ['newsletter', 'letter'] },
  { path: 'Junk', specialUse: '\\Junk', count: 25, kinds: ['junk'] },
  { path: 'Archive', specialUse: '\\Archive', count: 45, kinds: ['letter', 'order', 'statement'] },
  { path: 'Archive/2025', count: 30, kinds: ['letter', 'order'] },
  { path: 'Newsletters', count: 40, kinds: ['newsletter'] },
  { path: 'Projects', count: 0, kinds: [] },
  { path: 'Projects/Website relaunch', count: 30, kinds: ['letter', 'build'] },
  { path: 'Projects/Übersee', count: 20, kinds: ['letter', 'ticket'] },
  { path: 'Rechnungen & Verträge', count: 18, kinds: ['statement', 'order'] },
  { path: 'Reisen/日本', count: 12, kinds: ['ticket', 'letter'] },
];

export { demoPassword } from './demo-customers.ts';

/** The demo account: the same folders, UIDVALIDITYs, UIDs and messages each time. */
export function demoAccount(): ImapAccount {
  return { username: owner.address, password: demoPassword, mailboxes: folders.map(demoMailbox) };
}

function demoMailbox({ path, specialUse, count, kinds }: Folder, index: number): Mailbox {
  const mailbox = createMailbox({
    path,
    uidValidity: 1_750_000_000 + index,
    selectable: count > 0,
    ...(specialUse === undefined ? {} : { specialUse }),
  });
  for (const [at, message] of demoMessages(index + 1, count, kinds).entries()) {
    // Some UIDs are missing, as after a deletion.
    mailbox.add({ ...message, uid: mailbox.uidNext + (at % 9 === 8 ? 2 : 0) });
    if (path === 'Drafts') mailbox.setFlags(mailbox.uidNext - 1, ['\\Seen', '\\Draft']);
  }
  return mailbox;
}

/** The running mail server of the demo. */
export type DemoServer = Pick<ImapServer, 'host' | 'port' | 'caPem' | 'close'> & {
  readonly username: string;
  readonly password: string;
};

/**
 * Serves the demo account and those of the customers with TLS from the first byte. Changes are lost when it ends. Pass
 * a kept `certificate` and `port` if a credential that names them outlives the server.
 */
export async function startDemoServer(
  options: Pick<ImapServerOptions, 'port' | 'certificate' | 'script'> = {},
): Promise<DemoServer> {
  const account = demoAccount();
  const { certificate = selfSignedCertificate({ hosts: demoHosts }), script = demoScript } = options;
  const accounts = [account, ...customerAccounts()];
  const server = await startImapServer({ ...options, certificate, script, accounts, tls: 'implicit' });
  return {
    host: server.host,
    port: server.port,
    caPem: server.caPem,
    username: account.username,
    password: account.password,
    close: () => server.close(),
  };
}
