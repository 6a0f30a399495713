/**
 * Syncs of mailboxes as single providers serve them. Whatever a server omits, repeats or invents, a sync ends with the
 * content of the mailbox, or fails and removes nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities, type Mailbox, type Script } from '../../../local/imap/server.ts';
import { account, capabilitiesWithout, edited, imapServer, lines, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import {
  DOVECOT,
  EXCHANGE,
  GMAIL,
  ICLOUD,
  PROFILES,
  SMARTERMAIL,
  STRATO,
  YAHOO,
} from '../../fixtures/provider-profiles.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const HOUR = 3_600_000;
const FIRST = 150;

let sequence = 0;
const fresh = (count: number) =>
  Array.from({ length: count }, () => {
    sequence += 1;
    return { raw: plainMessage({ n: sequence }) };
  });

async function start(capabilities: readonly string[], noModseq = false) {
  // Yahoo gives every mailbox this UIDVALIDITY.
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, noModseq, messages: fresh(FIRST) });
  const archive = createMailbox({ path: 'Archiv', uidValidity: 1, noModseq, messages: fresh(5) });
  const server = await imapServer({ capabilities, ...account(inbox, archive) });
  const world = await syncWorld(engine, settingsFor(server));
  const served = (): readonly string[] =>
    [inbox, archive]
      .flatMap(({ path, messages }) =>
        messages.map(({ uid, flags }) => `${path} ${uid} ${[...flags].sort().join(',')}`),
      )
      .sort();
  const sent = (): string => server.log.map(({ name, args }) => `${name} ${args}`).join('\n');
  return { server, inbox, archive, world, served, sent };
}

/** Typical changes of a mailbox in an hour: new mail, flags set and removed, messages deleted and moved. */
function anHour(inbox: Mailbox, archive: Mailbox): void {
  inbox.add(...fresh(3));
  inbox.setFlags(7, ['\\Seen']);
  inbox.setFlags(FIRST, ['\\Flagged', 'later']);
  inbox.expunge([10, 11]);
  const moving = inbox.find(20);
  if (moving !== null) archive.add({ raw: moving.raw, internalDate: moving.internalDate });
  inbox.expunge([20]);
}

const NEVER_SENT = /QRESYNC|VANISHED|IMAP4rev2|(^|\n)(EXPUNGE|CLOSE|STORE|UID STORE|SELECT)\b|UID [A-Z]+ \S*\*/i;

describe('a mailbox is stored correctly, first and an hour later, on the server of', () => {
  type Quirk = {
    readonly name: string;
    readonly capabilities: readonly string[];
    readonly noModseq?: true;
    readonly script?: (inbox: Mailbox) => Script;
  };
  const answers = (wanted: string, edit: (line: string, args: string) => readonly string[]): Script => {
    return ({ name, args }) => (name === wanted ? edited((line) => edit(line, args)) : { kind: 'normal' });
  };
  const isOk = (line: string): boolean => /^[^*+]\S* OK /.test(line);

  const QUIRKS: readonly Quirk[] = [
    ...Object.entries(PROFILES).map(([name, capabilities]) => ({ name, capabilities })),
    {
      name: 'Gmail, slowed down',
      capabilities: GMAIL,
      script:
        () =>
        ({ name }) =>
          name === 'AUTHENTICATE' || name === 'LOGOUT'
            ? { kind: 'normal' }
            : edited((line) => (isOk(line) ? [`${line} [THROTTLED]`] : [line])),
    },
    {
      name: 'Yahoo, with a HIGHESTMODSEQ and no CONDSTORE',
      capabilities: YAHOO,
      script: () =>
        answers('EXAMINE', (line) => (line.includes('UIDNEXT') ? [line, '* OK [HIGHESTMODSEQ 7] x'] : [line])),
    },
    {
      name: 'iCloud, with VANISHED that nobody asked for',
      capabilities: ICLOUD,
      script: () =>
        answers('EXAMINE', (line) => (line.includes('UIDNEXT') ? [line, `* VANISHED (EARLIER) 1:${FIRST}`] : [line])),
    },
    {
      name: 'SmarterMail, with the whole mailbox for CHANGEDSINCE',
      capabilities: SMARTERMAIL,
      script:
        (inbox) =>
        ({ name, args }) =>
          name === 'UID FETCH' && args.includes('CHANGEDSINCE')
            ? lines(
                ...inbox.messages.map(
                  ({ uid, flags, modseq }, at) =>
                    `* ${at + 1} FETCH (UID ${uid} FLAGS (${flags.join(' ')}) MODSEQ (${modseq}))`,
                ),
                '{tag} OK done',
              )
            : { kind: 'normal' },
    },
    {
      name: 'a server with NOMODSEQ',
      capabilities: defaultCapabilities,
      noModseq: true,
    },
    {
      name: 'a server that adds its last message to every answer',
      capabilities: defaultCapabilities,
      script: (inbox) =>
        answers('UID FETCH', (line) => {
          const last = inbox.messages.at(-1);
          const row = `* ${inbox.messages.length} FETCH (UID ${last?.uid} FLAGS (${last?.flags.join(' ')}) RFC822.SIZE 5)`;
          return isOk(line) ? [row, line] : [line];
        }),
    },
    {
      name: 'a server that says everything twice, and UIDs that are none',
      capabilities: defaultCapabilities,
      script: () =>
        answers('UID FETCH', (line) =>
          isOk(line) ? ['* 1 FETCH (UID 0 FLAGS ())', '* 1 FETCH (UID 4294967296 FLAGS ())', line] : [line, line],
        ),
    },
    {
      name: 'a server that hands out ten messages at a time',
      capabilities: defaultCapabilities,
      script:
        () =>
        ({ name }) => {
          let rows = 0;
          return name === 'UID FETCH'
            ? edited((line) => {
                if (isOk(line)) return rows > 10 ? [line.replace(' OK ', ' OK [MESSAGELIMIT 10 1] ')] : [line];
                rows += 1;
                return rows > 10 ? [] : [line];
              })
            : { kind: 'normal' };
        },
    },
  ];

  it.each(QUIRKS)('$name', async ({ capabilities, noModseq, script }) => {
    const { server, inbox, archive, world, served, sent } = await start(capabilities, noModseq);
    server.script = script?.(inbox) ?? null;
    expect(resultOf(await world.messages())).toMatchObject({
      added: FIRST + 5,
      removed: 0,
      resets: 0,
      unreadable: 0,
      complete: true,
    });
    expect(await world.stored()).toEqual(served());
    world.clock.now += HOUR;
    anHour(inbox, archive);
    expect(resultOf(await world.messages())).toMatchObject({
      added: 3,
      updated: 2,
      removed: 2,
      moved: 1,
      resets: 0,
      unreadable: 0,
      complete: true,
    });
    expect(await world.stored()).toEqual(served());
    world.clock.now += HOUR;
    expect(resultOf(await world.messages())).toMatchObject({
      added: 0,
      updated: 0,
      removed: 0,
      moved: 0,
      complete: true,
    });
    expect(await world.stored()).toEqual(served());
    expect(sent()).not.toMatch(NEVER_SENT);
  });
});

describe('nothing is removed', () => {
  const without = (line: string, kept: string): readonly string[] => {
    if (/^\* ESEARCH/.test(line)) return [`* ESEARCH (TAG "${/TAG "([^"]*)"/.exec(line)?.[1]}") UID ${kept}`];
    return [line];
  };

  it.each<[string, readonly string[], (line: string, name: string) => readonly string[], string]>([
    [
      'by an EXISTS that is larger than the list of UIDs',
      defaultCapabilities,
      (line, name) => (name === 'UID SEARCH' ? without(line, 'COUNT 20 ALL 1:20') : [line]),
      'waits',
    ],
    [
      'by an EXISTS that is smaller than the list of UIDs',
      defaultCapabilities,
      (line, name) => {
        if (name === 'EXAMINE') return [line.replace(/^\* \d+ EXISTS/, '* 19 EXISTS')];
        return name === 'UID SEARCH' ? without(line, 'COUNT 20 ALL 1:20') : [line];
      },
      'waits',
    ],
    [
      'by an empty mailbox where there were many messages, once',
      defaultCapabilities,
      (line, name) => {
        if (name === 'EXAMINE') return [line.replace(/^\* \d+ EXISTS/, '* 0 EXISTS')];
        return name === 'UID SEARCH' ? without(line, 'COUNT 0') : [line];
      },
      'waits',
    ],
    [
      'by the empty search of a server without ESEARCH',
      EXCHANGE,
      (line, name) => (name === 'UID SEARCH' && line.startsWith('*') ? ['* SEARCH'] : [line]),
      'waits',
    ],
    [
      'by an empty answer to a search',
      EXCHANGE,
      (line, name) => (name === 'UID SEARCH' && line.startsWith('*') ? [] : [line]),
      'waits',
    ],
    [
      'by a list with UIDs twice, as many as there are messages',
      EXCHANGE,
      (line, name) =>
        name === 'UID SEARCH' && line.startsWith('*')
          ? [`* SEARCH ${Array.from({ length: FIRST }, (_, at) => (at % 75) + 1).join(' ')}`]
          : [line],
      'waits',
    ],
    [
      'by a list of invalid UIDs, as many as there are messages',
      defaultCapabilities,
      (line, name) => (name === 'UID SEARCH' ? without(line, `COUNT ${FIRST} ALL 5001:${5000 + FIRST}`) : [line]),
      'waits',
    ],
    [
      'by the empty search of Strato',
      STRATO,
      (line, name) => (name === 'UID SEARCH' ? without(line, '') : [line]),
      'succeeds',
    ],
    [
      'by a search that is limited',
      DOVECOT,
      (line, name) => {
        if (name !== 'UID SEARCH') return [line];
        return /^[^*]/.test(line)
          ? [line.replace(' OK ', ' OK [MESSAGELIMIT 10 1] ')]
          : without(line, 'COUNT 10 ALL 1:10');
      },
      'command_failed',
    ],
    [
      'by a search with a UID of zero',
      EXCHANGE,
      (line, name) => (name === 'UID SEARCH' && line.startsWith('*') ? ['* SEARCH 0'] : [line]),
      'protocol_error',
    ],
    [
      'by rows that are not sent',
      EXCHANGE,
      (line, name) => (name === 'UID FETCH' && line.startsWith('*') ? [] : [line]),
      'succeeds',
    ],
  ])('%s', async (_what, capabilities, edit, outcome) => {
    const { server, world, served } = await start(capabilities);
    resultOf(await world.messages());
    world.clock.now += HOUR;
    server.script = ({ name }) => edited((line) => edit(line, name));
    const sync = world.messages({ folder: 'INBOX', full: true });
    if (outcome === 'waits') expect(resultOf(await sync)).toMatchObject({ removed: 0, moved: 0 });
    else if (outcome === 'succeeds') expect(resultOf(await sync)).toMatchObject({ removed: 0, updated: 0 });
    else await expect(sync).rejects.toMatchObject({ failure: { code: outcome } });
    expect(await world.stored()).toEqual(served());
    server.script = null;
    world.clock.now += HOUR;
    expect(resultOf(await world.messages({ full: true }))).toMatchObject({
      added: 0,
      removed: 0,
      updated: 0,
      complete: true,
    });
    expect(await world.stored()).toEqual(served());
  });
});

describe('mod-sequences', () => {
  it.each([GMAIL, SMARTERMAIL, ICLOUD])(
    'that decrease prove nothing: all flags are compared',
    async (...capabilities) => {
      const { server, inbox, archive, world, served, sent } = await start(capabilities);
      resultOf(await world.messages());
      anHour(inbox, archive);
      const back = (line: string): string => line.replace(/HIGHESTMODSEQ \d+/, 'HIGHESTMODSEQ 3');
      server.script = ({ name }) =>
        /LIST|STATUS|EXAMINE/.test(name) ? edited((line) => [back(line)]) : { kind: 'normal' };
      expect(resultOf(await world.messages())).toMatchObject({
        added: 3,
        updated: 2,
        removed: 2,
        moved: 1,
        complete: true,
      });
      expect(await world.stored()).toEqual(served());
      expect(sent()).not.toContain('CHANGEDSINCE');
      // After that it continues with the lower numbers.
      expect(resultOf(await world.messages())).toMatchObject({ added: 0, updated: 0, removed: 0 });
      server.script = null;
      inbox.setFlags(30, ['\\Seen']);
      expect(resultOf(await world.messages())).toMatchObject({ updated: 1 });
      expect(await world.stored()).toEqual(served());
    },
  );

  it('of a mailbox that has lost them are not used any more', async () => {
    const { server, inbox, world, served } = await start(defaultCapabilities);
    resultOf(await world.messages());
    world.clock.now += HOUR;
    server.script = ({ name }) =>
      edited((line) => [
        name === 'EXAMINE'
          ? line.replace(/\[HIGHESTMODSEQ \d+\]/, '[NOMODSEQ]')
          : line.replace(/HIGHESTMODSEQ \d+/, 'HIGHESTMODSEQ 0'),
      ]);
    inbox.setFlags(30, ['\\Seen']);
    expect(resultOf(await world.messages())).toMatchObject({ updated: 1, removed: 0, flags: 'window' });
    expect(await world.stored()).toEqual(served());
    expect(server.log.some(({ args }) => args.includes('CHANGEDSINCE'))).toBe(false);
  });
});

describe('a folder that is renamed', () => {
  it('on Yahoo, where every UIDVALIDITY is 1, is recognised by its messages: none appears in the wrong folder', async () => {
    const { archive, world, served, inbox } = await start(YAHOO);
    resultOf(await world.messages());
    archive.rename('Neu');
    inbox.expunge(inbox.messages.map(({ uid }) => uid).slice(5));
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, missing: 0, renamed: 1 } });
    world.clock.now += HOUR;
    resultOf(await world.messages());
    const stored = await world.stored();
    expect(stored.filter((row) => row.startsWith('Neu'))).toEqual(served().filter((row) => row.startsWith('Neu')));
  });
});

describe('a failure during a sync', () => {
  it.each([
    [
      'Exchange throttles',
      EXCHANGE,
      'BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds',
      'rate_limited',
    ],
    [
      'Gmail is above its bandwidth limit',
      GMAIL,
      'NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
      'rate_limited',
    ],
    [
      'Gmail has too many sessions',
      GMAIL,
      'NO [ALERT] Too many simultaneous connections. (Failure)',
      'too_many_connections',
    ],
    ['Yahoo limits the rate', YAHOO, 'NO [LIMIT] UID FETCH Rate limit hit.', 'rate_limited'],
    [
      'Yahoo has a temporary error',
      YAHOO,
      'NO [TEMPFAIL] UID FETCH Temporary failure on server [CODE: WBL]',
      'provider_unavailable',
    ],
    [
      'Dovecot has lost its storage',
      DOVECOT,
      'NO [UNAVAILABLE] Mail access temporarily unavailable',
      'provider_unavailable',
    ],
    [
      'Exchange does not know the mailbox any more',
      EXCHANGE,
      'BAD User is authenticated but not connected.',
      'auth_not_connected',
    ],
    [
      'Gmail requires a login by the browser',
      GMAIL,
      'NO [WEBALERT https://example.org/] Web login required.',
      'web_login_required',
    ],
  ])(
    'of the whole mailbox is tried at most once in each folder, and loses nothing: %s',
    async (_what, capabilities, line, code) => {
      const { server, world, served } = await start(capabilities);
      server.script = ({ name }) => (name === 'UID FETCH' ? lines(`{tag} ${line}`) : { kind: 'normal' });
      await expect(world.messages()).rejects.toMatchObject({ failure: { code, outcomeUnknown: false } });
      // A failure that may concern one folder is tried in the other as well.
      const tried = code === 'provider_unavailable' ? 2 : 1;
      expect(server.log.filter(({ name }) => name === 'UID FETCH')).toHaveLength(tried);
      expect(await world.stored()).toEqual([]);
      server.script = null;
      resultOf(await world.messages());
      expect(await world.stored()).toEqual(served());
    },
  );

  it('of one folder does not affect the others: a mailbox that Exchange cannot open', async () => {
    const { server, world, served } = await start(EXCHANGE);
    server.script = ({ name, args }) =>
      name === 'EXAMINE' && args.startsWith('Archiv') ? lines('{tag} NO Server Unavailable. 15') : { kind: 'normal' };
    expect(resultOf(await world.messages())).toMatchObject({
      refused: [{ folder: 'Archiv', code: 'command_failed' }],
      complete: false,
    });
    expect(await world.stored()).toEqual(served().filter((row) => row.startsWith('INBOX')));
  });
});

it('a sync requests the status of all folders in one command if possible, otherwise only of folders that may be unchanged', async () => {
  for (const capabilities of [defaultCapabilities, capabilitiesWithout('LIST-STATUS'), EXCHANGE]) {
    const { server, world } = await start(capabilities);
    const count = (): number => server.log.filter(({ name }) => name === 'STATUS').length;
    resultOf(await world.messages());
    expect(count()).toBe(0);
    resultOf(await world.messages());
    // Without mod-sequences no status proves anything.
    expect(count()).toBe(capabilities === defaultCapabilities || capabilities === EXCHANGE ? 0 : 2);
  }
});
