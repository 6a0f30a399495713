/**
 * A sync meets the known behaviour of each provider, in the provider's own words. It must find all it can, claim no
 * more than it knows, and remove nothing without proof.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  type Script,
  startImapServer,
} from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const COUNT = 300;
const EXCHANGE = 'IMAP4 IMAP4rev1 AUTH=PLAIN UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+'.split(' ');
const GMAIL =
  'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS AUTH=PLAIN';
const YAHOO = 'IMAP4rev1 ID MOVE NAMESPACE XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN UNSELECT AUTH=PLAIN'.split(' ');

type World = Awaited<ReturnType<typeof syncWorld>> & { readonly server: ImapServer; readonly inbox: Mailbox };

async function world(capabilities: readonly string[], options: { noModseq?: boolean } = {}): Promise<World> {
  const messages = Array.from({ length: COUNT }, (_, n) => ({ raw: plainMessage({ n }) }));
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages, ...options });
  const server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox] }],
    tls: 'none',
    capabilities,
  });
  onTestFinished(() => server.close());
  const synced = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
  return { ...synced, server, inbox };
}

const served = ({ messages }: Mailbox): readonly string[] =>
  messages.map(({ uid, flags }) => `INBOX ${uid} ${[...flags].join(',')}`).sort();
const lines = ({ log }: ImapServer): readonly string[] => log.map(({ name, args }) => `${name} ${args}`);

/** Carries one command out and changes its answer; `null`: unchanged. */
const instead =
  (command: string, answer: (args: string) => readonly string[] | null): Script =>
  ({ name, args }) => {
    const given = name === command ? answer(args) : null;
    if (given === null) return { kind: 'normal' };
    const edit = (line: string): readonly string[] => {
      const [tag = ''] = line.split(' ', 1);
      return tag === '*' ? [] : given.map((each) => each.replaceAll('{tag}', tag));
    };
    return { kind: 'edited', edit };
  };

/** EXAMINE of the mailbox, with changed values. */
function examined(inbox: Mailbox, { exists = inbox.messages.length, modseq }: { exists?: number; modseq: string }) {
  return [
    '* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)',
    `* ${exists} EXISTS`,
    '* 0 RECENT',
    `* OK [UIDVALIDITY ${inbox.uidValidity}] UIDs valid`,
    `* OK [UIDNEXT ${inbox.uidNext}] Predicted next UID`,
    modseq,
    '{tag} OK [READ-ONLY] Examined',
  ];
}

describe('Exchange', () => {
  it('has no CONDSTORE, ESEARCH or LIST-STATUS: no status is requested, and flags are compared by window', async () => {
    const { messages, stored, server, inbox } = await world(EXCHANGE);
    expect(resultOf(await messages())).toMatchObject({ added: COUNT, complete: true, flags: 'window' });
    inbox.setFlags(COUNT, ['\\Seen']);
    inbox.expunge([7]);
    expect(resultOf(await messages())).toMatchObject({ updated: 1, removed: 1, complete: true });
    expect(await stored()).toEqual(served(inbox));
    expect(lines(server).filter((line) => /ENABLE|CHANGEDSINCE|RETURN|MODSEQ/.test(line))).toEqual([]);
    expect(lines(server)).not.toContainEqual(expect.stringMatching(/^STATUS /));
  });

  it('advertises an IMAP4rev2 that does not work: it is never enabled', async () => {
    const { messages, server } = await world([...EXCHANGE, 'ENABLE', 'IMAP4rev2']);
    expect(resultOf(await messages())).toMatchObject({ added: COUNT, complete: true });
    expect(lines(server).filter((line) => /IMAP4rev2/i.test(line))).toEqual([]);
  });
});

describe('Yahoo', () => {
  it('sends HIGHESTMODSEQ without CONDSTORE: it is ignored, and flags are compared', async () => {
    const { messages, stored, server, inbox, clock } = await world(YAHOO);
    server.script = instead('EXAMINE', () => examined(inbox, { modseq: '* OK [HIGHESTMODSEQ 4711] Highest' }));
    expect(resultOf(await messages())).toMatchObject({ added: COUNT, flags: 'window' });
    inbox.setFlags(3, ['\\Flagged']);
    clock.now += 3_600_000;
    expect(resultOf(await messages())).toMatchObject({ updated: 1 });
    expect(await stored()).toEqual(served(inbox));
    expect(lines(server).filter((line) => /CHANGEDSINCE/.test(line))).toEqual([]);
  });
});

describe('iCloud', () => {
  it('has a QRESYNC with malformed VANISHED: it is never used', async () => {
    const { messages, stored, server, inbox, store, credentialId } = await world([...defaultCapabilities, 'QRESYNC']);
    await messages();
    inbox.expunge([1, 2, 3]);
    expect(resultOf(await messages())).toMatchObject({ removed: 3, complete: true, flags: 'exact' });
    expect(await stored()).toEqual(served(inbox));
    expect(lines(server).filter((line) => /QRESYNC|VANISHED/.test(line))).toEqual([]);
    expect(await store.mailboxes(credentialId)).toMatchObject([{ syncLevel: 'qresync' }]);
  });
});

describe('Gmail', () => {
  it('appends [THROTTLED] to an OK: the sync is slower, not failed', async () => {
    const { messages, stored, server, inbox } = await world(GMAIL.split(' '));
    server.script = instead('NAMESPACE', () => ['* NAMESPACE (("" "/")) NIL NIL', '{tag} OK Success [THROTTLED]']);
    expect(resultOf(await messages())).toMatchObject({ added: COUNT, complete: true });
    expect(await stored()).toEqual(served(inbox));
  });

  it('reports the bandwidth limit of the day: a rate limit, and stored messages stay', async () => {
    const { messages, stored, server, inbox } = await world(GMAIL.split(' '));
    await messages();
    inbox.expunge([1]);
    const limit = '{tag} NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)';
    server.script = instead('EXAMINE', () => [limit]);
    await expect(messages()).rejects.toMatchObject({ failure: { code: 'rate_limited' } });
    expect(await stored()).toHaveLength(COUNT);
  });
});

describe('SmarterMail and similar servers', () => {
  it('answers CHANGEDSINCE with the whole mailbox: only differences count as updates', async () => {
    const { messages, stored, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.setFlags(5, ['\\Seen']);
    server.script = instead('UID FETCH', (args) =>
      args.includes('CHANGEDSINCE')
        ? [
            ...inbox.messages.map(
              ({ uid, flags, modseq }, at) =>
                `* ${at + 1} FETCH (UID ${uid} FLAGS (${flags.join(' ')}) MODSEQ (${modseq}))`,
            ),
            '{tag} OK done',
          ]
        : null,
    );
    expect(resultOf(await messages())).toMatchObject({ added: 0, updated: 1, removed: 0 });
    expect(await stored()).toEqual(served(inbox));
  });

  it('answers CHANGEDSINCE with rows without MODSEQ and with messages that were not requested', async () => {
    const { messages, stored, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.setFlags(5, ['\\Seen']);
    server.script = instead('UID FETCH', (args) =>
      args.includes('CHANGEDSINCE')
        ? ['* 5 FETCH (UID 5 FLAGS (\\Seen))', '* 999 FETCH (UID 999999 FLAGS (\\Deleted))', '{tag} OK done']
        : null,
    );
    expect(resultOf(await messages())).toMatchObject({ updated: 1, added: 0, removed: 0 });
    expect(await stored()).toEqual(served(inbox));
  });
});

describe('invalid mod-sequences', () => {
  it('of a NOMODSEQ mailbox on a CONDSTORE server are replaced by window and scan', async () => {
    const { messages, stored, server, inbox, clock } = await world(defaultCapabilities, { noModseq: true });
    expect(resultOf(await messages())).toMatchObject({ added: COUNT, flags: 'window' });
    inbox.setFlags(9, ['\\Seen']);
    clock.now += 3_600_000;
    expect(resultOf(await messages())).toMatchObject({ updated: 1 });
    expect(await stored()).toEqual(served(inbox));
    expect(lines(server).filter((line) => /CHANGEDSINCE/.test(line))).toEqual([]);
  });

  it('in a decreased HIGHESTMODSEQ prove nothing: all flags are compared', async () => {
    const { messages, stored, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.setFlags(11, ['\\Answered']);
    server.script = instead('EXAMINE', () => examined(inbox, { modseq: '* OK [HIGHESTMODSEQ 1] Highest' }));
    expect(resultOf(await messages())).toMatchObject({ updated: 1, removed: 0, flags: 'exact' });
    expect(await stored()).toEqual(served(inbox));
    expect(lines(server).filter((line) => /CHANGEDSINCE/.test(line))).toEqual([]);
  });
});

describe('weak evidence', () => {
  /** Replies of a server that say that nearly all messages were deleted. */
  const CLAIMS: readonly (readonly [string, (inbox: Mailbox) => readonly string[]])[] = [
    ['Strato: an empty answer of ESEARCH', () => ['* ESEARCH (TAG "{tag}") UID', '{tag} OK Search completed']],
    ['an empty answer with a count of zero', () => ['* ESEARCH (TAG "{tag}") UID COUNT 0', '{tag} OK done']],
    ['fewer UIDs than EXISTS', () => ['* ESEARCH (TAG "{tag}") UID COUNT 2 ALL 1:2', '{tag} OK done']],
    ['UIDs beyond UIDNEXT', () => ['* ESEARCH (TAG "{tag}") UID COUNT 2 ALL 1,900000', '{tag} OK done']],
    [
      'a limited command (RFC 9738)',
      () => ['* ESEARCH (TAG "{tag}") UID COUNT 9 ALL 1:9', '{tag} OK [MESSAGELIMIT 9 10] Limited'],
    ],
    ['a count that is not that of the set', () => ['* ESEARCH (TAG "{tag}") UID COUNT 300 ALL 1:2', '{tag} OK done']],
    ['a refusal', () => ['{tag} NO [SERVERBUG] Search failed']],
    ['no answer but an OK', () => ['{tag} OK done']],
  ];

  it.for(CLAIMS)('%s removes nothing', async ([, answer]) => {
    const { messages, stored, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.expunge([COUNT]);
    server.script = instead('UID SEARCH', () => answer(inbox));
    await messages().catch(() => {});
    expect(await stored()).toHaveLength(COUNT);
    server.script = null;
    expect(resultOf(await messages())).toMatchObject({ removed: 1, complete: true });
    expect(await stored()).toEqual(served(inbox));
  });

  it('an EXISTS that counts messages which do not exist removes nothing', async () => {
    const { messages, stored, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.setFlags(1, ['\\Seen']);
    const exists = COUNT + 5;
    server.script = instead('EXAMINE', () =>
      examined(inbox, { exists, modseq: `* OK [HIGHESTMODSEQ ${inbox.highestModseq}] Highest` }),
    );
    expect(resultOf(await messages())).toMatchObject({ removed: 0, updated: 1 });
    expect(await stored()).toEqual(served(inbox));
  });

  it('new mail is requested by its UIDs, never by a range to *, which returns the last message if there is none', async () => {
    const { messages, server, inbox } = await world(defaultCapabilities);
    await messages();
    inbox.add({ raw: plainMessage({ n: 999 }) });
    inbox.setFlags(1, ['\\Seen']);
    expect(resultOf(await messages())).toMatchObject({ added: 1, updated: 1 });
    expect(lines(server).filter((line) => /^UID FETCH \S*\*/.test(line))).toEqual([]);
  });
});
