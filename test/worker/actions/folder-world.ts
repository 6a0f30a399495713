/** An account with one folder that may have problems, `B `, between healthy ones. */
import { onTestFinished } from 'vitest';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  type Script,
  startImapServer,
} from '../../../local/imap/server.ts';
import type { Dynoxide } from '../../fixtures/dynoxide.ts';
import { byMailbox, type MailboxReply } from '../../fixtures/mailbox-script.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { endSilence, syncWorld } from './sync-world.ts';

export const BAD = 'B ';
export const MESSAGES = 3;

/** As `byMailbox`, but a silence times out at once. */
export const scripted = (reply: MailboxReply): Script =>
  byMailbox((command, mailbox) => {
    const answer = reply(command, mailbox);
    if (answer?.kind === 'silence') setImmediate(endSilence);
    return answer;
  });

export async function folderWorld(
  engine: Dynoxide,
  {
    paths = ['INBOX', 'A', BAD, 'C', 'D'],
    capabilities = defaultCapabilities,
  }: { readonly paths?: readonly string[]; readonly capabilities?: readonly string[] } = {},
) {
  let sequence = 0;
  const fresh = (count: number) =>
    Array.from({ length: count }, () => {
      sequence += 1;
      return { raw: plainMessage({ n: sequence }) };
    });
  // Equal UIDVALIDITYs, as on many servers.
  const mailboxes: Mailbox[] = paths.map((path) => createMailbox({ path, uidValidity: 7, messages: fresh(MESSAGES) }));
  const server: ImapServer = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes }],
    tls: 'none',
    capabilities,
  });
  onTestFinished(() => server.close());
  const world = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
  const records = async (): Promise<ReadonlyMap<string, MailboxRecord>> =>
    new Map((await world.store.mailboxes(world.credentialId)).map((record) => [record.path, record]));
  return {
    ...world,
    server,
    mailboxes,
    fresh,
    mailbox(path: string): Mailbox {
      const found = mailboxes.find((each) => each.path === path);
      if (found === undefined) throw new Error(`no mailbox ${path}`);
      return found;
    },
    records,
    listing: world.mailboxes,
    /** Paths of mailboxes with stored messages, and their number. */
    async counts(): Promise<Record<string, number>> {
      const rows = await world.stored();
      const groups = Object.groupBy(rows, (row) => row.replace(/ \d+ \S*$/, ''));
      return Object.fromEntries(Object.entries(groups).map(([path, list]) => [path, list?.length ?? 0]));
    },
    /** Commands since the last call, as `EXAMINE "B "`. */
    sent: (() => {
      let from = 0;
      return (): readonly string[] => {
        const lines = server.log.slice(from).map(({ name, args }) => `${name} ${args}`.trim());
        from = server.log.length;
        return lines;
      };
    })(),
  };
}
