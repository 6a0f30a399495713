/** A problem of one folder affects only that folder. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScriptedReply } from '../../../local/imap/server.ts';
import { capabilitiesWithout, drop, lines, silence } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { BAD, folderWorld, MESSAGES, scripted } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const MINUTE = 60_000;
const HEALTHY = { INBOX: MESSAGES, A: MESSAGES, C: MESSAGES, D: MESSAGES };

type Way = readonly [string, ScriptedReply, string];

const WAYS: readonly Way[] = [
  ['NO [CANNOT]', lines('{tag} NO [CANNOT] Invalid mailbox name'), 'operation_not_allowed'],
  ['NO, not selectable', lines("{tag} NO Mailbox isn't selectable"), 'mailbox_not_selectable'],
  ['NO [SERVERBUG] Internal error', lines('{tag} NO [SERVERBUG] Internal error occurred.'), 'server_error'],
  ['NO [SERVERBUG]', lines('{tag} NO [SERVERBUG] A bug'), 'server_error'],
  ['NO [INUSE]', lines('{tag} NO [INUSE] Mailbox in use'), 'mailbox_in_use'],
  ['NO [UNAVAILABLE]', lines('{tag} NO [UNAVAILABLE] Not now'), 'provider_unavailable'],
  [
    'NO [UNAVAILABLE] Please try again later, as of Yahoo',
    lines('{tag} NO [UNAVAILABLE] EXAMINE Server error - Please try again later'),
    'provider_unavailable',
  ],
  ['NO Try again later', lines('{tag} NO Mailbox is locked, try again later'), 'provider_unavailable'],
  ['NO [CONTACTADMIN]', lines('{tag} NO [CONTACTADMIN] Mailbox is damaged'), 'command_failed'],
  ['NO [AUTHORIZATIONFAILED]', lines('{tag} NO [AUTHORIZATIONFAILED] Not yours'), 'permission_denied'],
  ['NO [NOPERM]', lines('{tag} NO [NOPERM] Access denied'), 'permission_denied'],
  ['NO [NONEXISTENT]', lines('{tag} NO [NONEXISTENT] Unknown mailbox'), 'mailbox_not_found'],
  ['NO [CORRUPTION]', lines('{tag} NO [CORRUPTION] Index broken'), 'mailbox_corrupt'],
  ['NO [LIMIT]', lines('{tag} NO [LIMIT] Mailbox has too many keywords'), 'limit_reached'],
  ['NO', lines('{tag} NO Something'), 'command_failed'],
  ['BAD', lines('{tag} BAD Something'), 'command_rejected'],
  ['a closed connection', drop, 'connection_closed'],
  ['BYE', lines('* BYE Something'), 'connection_closed'],
  ['silence', silence, 'provider_timeout'],
];

const EXAMINED: readonly Way[] = [
  ['no UIDVALIDITY', lines('* 3 EXISTS', '* OK [UIDNEXT 4] x', '{tag} OK [READ-ONLY] done'), 'protocol_error'],
];

const all = (command: string, [way, reply, code]: Way) => ({ command, way, reply, code });

describe('a sync of all folders skips one folder and stores the others', () => {
  test.each([
    ...[...WAYS, ...EXAMINED].map((way) => all('EXAMINE', way)),
    ...WAYS.map((way) => all('UID FETCH', way)),
    ...WAYS.map((way) => all('UID SEARCH', way)),
  ])('$command answered by $way', async ({ command, reply, code }) => {
    const world = await folderWorld(engine);
    const before = command === 'UID SEARCH' ? resultOf(await world.messages()) : null;
    for (const mailbox of before === null ? [] : world.mailboxes) mailbox.add(...world.fresh(1));
    world.server.script = scripted((name, mailbox) => (name === command && mailbox === BAD ? reply : null));
    const result = resultOf(await world.messages({ full: command === 'UID SEARCH' }));
    expect(result).toMatchObject({
      folders: 5,
      refused: [{ folder: BAD, code }],
      refused_count: 1,
      complete: false,
      listing: 'whole',
      unreadable: 0,
    });
    const each = MESSAGES + (before === null ? 0 : 1);
    const { [BAD]: bad, ...healthy } = await world.counts();
    expect(healthy).toEqual({ INBOX: each, A: each, C: each, D: each });
    expect(bad ?? 0).toBe(before === null ? 0 : MESSAGES);
    const records = await world.records();
    expect(records.get(BAD)?.lastError).toMatchObject({ code, tries: 1 });
    expect(records.get(BAD)?.lastError?.detail.length).toBeLessThanOrEqual(300);
    for (const path of Object.keys(HEALTHY)) expect(records.get(path)).toMatchObject({ lastError: null, lock: null });
    expect(records.get(BAD)?.lock).toBeNull();
  });

  test('a folder that takes 25 seconds on a server without LIST-STATUS', async () => {
    const world = await folderWorld(engine, { capabilities: capabilitiesWithout('LIST-STATUS') });
    resultOf(await world.messages());
    for (const mailbox of world.mailboxes) mailbox.add(...world.fresh(1));
    world.server.script = scripted((name, mailbox) => (name === 'STATUS' && mailbox === BAD ? silence : null));
    expect(resultOf(await world.messages())).toMatchObject({
      added: 4,
      refused: [{ folder: BAD, code: 'provider_timeout' }],
      complete: false,
    });
  });

  test('a folder whose STATUS is refused is still read', async () => {
    const world = await folderWorld(engine, { capabilities: capabilitiesWithout('LIST-STATUS') });
    resultOf(await world.messages());
    for (const mailbox of world.mailboxes) mailbox.add(...world.fresh(1));
    world.server.script = scripted((name, mailbox) =>
      name === 'STATUS' && mailbox === BAD ? lines('{tag} NO [NOPERM] no') : null,
    );
    expect(resultOf(await world.messages())).toMatchObject({ added: 5, refused: [], refused_count: 0, complete: true });
  });

  test('a connection that ends after the refusal affects no other folder', async () => {
    const world = await folderWorld(engine);
    world.server.script = scripted((name, mailbox) =>
      name === 'EXAMINE' && mailbox === BAD ? lines('{tag} NO [CANNOT] no', '* BYE Enough') : null,
    );
    expect(resultOf(await world.messages())).toMatchObject({ refused: [{ folder: BAD }], refused_count: 1 });
    expect(await world.counts()).toEqual(HEALTHY);
  });

  test('a connection that is lost once has no effect', async () => {
    const world = await folderWorld(engine);
    let lost = false;
    world.server.script = scripted((name, mailbox) => {
      if (lost || name !== 'EXAMINE' || mailbox !== BAD) return null;
      lost = true;
      return drop;
    });
    expect(resultOf(await world.messages())).toMatchObject({ added: 5 * MESSAGES, refused_count: 0, complete: true });
  });

  test('a server that renumbers one folder each time', async () => {
    const world = await folderWorld(engine);
    resultOf(await world.messages());
    for (let reset = 1; reset <= 6; reset += 1) {
      world.mailbox(BAD).bumpUidValidity();
      const result = resultOf(await world.messages());
      expect(result.refused).toEqual(reset <= 5 ? [] : [{ folder: BAD, code: 'uidvalidity_changed' }]);
    }
  });
});

describe('the stored error of a refused folder', () => {
  const examine = scripted((name, mailbox) => (name === 'EXAMINE' && mailbox === BAD ? lines('{tag} NO x') : null));
  const askedFor = (sent: readonly string[]): boolean => sent.some((line) => line === `EXAMINE "${BAD}"`);

  test('delays the next try by 10 minutes, then 20, and the folder is counted in between without a command', async () => {
    const world = await folderWorld(engine);
    world.server.script = examine;
    const refused = { refused: [{ folder: BAD, code: 'command_failed' }], refused_count: 1, complete: false };
    expect(resultOf(await world.messages())).toMatchObject(refused);
    const since = (await world.records()).get(BAD)?.lastError?.since;
    for (const [minutes, tried] of [
      [8, false],
      [3, true],
      [18, false],
      [3, true],
    ] as const) {
      world.clock.now += minutes * MINUTE;
      world.sent();
      expect(resultOf(await world.messages())).toMatchObject(refused);
      expect([minutes, askedFor(world.sent())]).toEqual([minutes, tried]);
    }
    expect((await world.records()).get(BAD)?.lastError).toMatchObject({ since, tries: 3 });
  });

  test('is cleared by the next success', async () => {
    const world = await folderWorld(engine);
    world.server.script = examine;
    await world.messages();
    world.server.script = null;
    world.clock.now += 11 * MINUTE;
    expect(resultOf(await world.messages())).toMatchObject({ added: MESSAGES, refused_count: 0, complete: true });
    expect((await world.records()).get(BAD)?.lastError).toBeNull();
  });

  test('is cleared by a status that shows the folder unchanged', async () => {
    const world = await folderWorld(engine);
    await world.messages();
    world.server.script = examine;
    world.clock.now += MINUTE;
    await world.messages({ full: true });
    expect((await world.records()).get(BAD)?.lastError?.code).toBe('command_failed');
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 5, refused_count: 0, complete: true });
    expect((await world.records()).get(BAD)?.lastError).toBeNull();
  });

  test.each([
    ['by name', { folder: BAD }],
    ['in full', { full: true }],
  ])('does not delay a sync %s', async (_, payload) => {
    const world = await folderWorld(engine);
    world.server.script = examine;
    await world.messages();
    world.server.script = null;
    expect(resultOf(await world.messages(payload))).toMatchObject({ added: MESSAGES, refused_count: 0 });
    expect((await world.records()).get(BAD)?.lastError).toBeNull();
  });

  test.each(WAYS)(
    'fails a sync of the folder by name with its own code, which is stored: %s',
    async (_, reply, code) => {
      const world = await folderWorld(engine);
      world.server.script = scripted((name, mailbox) => (name === 'EXAMINE' && mailbox === BAD ? reply : null));
      await expect(world.messages({ folder: BAD })).rejects.toMatchObject({ failure: { code } });
      expect((await world.records()).get(BAD)?.lastError).toMatchObject({ code });
      expect(await world.counts()).toEqual({});
    },
  );
});

describe('a sync of all folders ends', () => {
  test('with the first refusal when no folder could be read, and the next attempt tries all at once', async () => {
    const world = await folderWorld(engine);
    world.server.script = scripted((name) => (name === 'EXAMINE' ? lines('{tag} NO [NOPERM] no') : null));
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'permission_denied' } });
    world.server.script = null;
    expect(resultOf(await world.messages())).toMatchObject({ added: 5 * MESSAGES, refused_count: 0, complete: true });
  });

  test('when the server refuses several folders in a row for the same transient reason, and none waits for it', async () => {
    const world = await folderWorld(engine);
    world.server.script = scripted((name) => (name === 'EXAMINE' ? lines('{tag} NO [UNAVAILABLE] no') : null));
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'provider_unavailable' } });
    // Three, and INBOX once more.
    expect(world.sent().filter((line) => line.startsWith('EXAMINE'))).toHaveLength(4);
    world.server.script = null;
    expect(resultOf(await world.messages())).toMatchObject({ added: 5 * MESSAGES, refused_count: 0 });
  });

  test('when each folder is refused with [LIMIT]: it may be a rate limit without a text', async () => {
    const world = await folderWorld(engine);
    world.server.script = scripted((name) => (name === 'EXAMINE' ? lines('{tag} NO [LIMIT] no') : null));
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'limit_reached' } });
    expect(world.sent().filter((line) => line.startsWith('EXAMINE'))).toHaveLength(4);
  });

  test.each(['UNAVAILABLE', 'LIMIT'])(
    'not for three such folders while another one can be opened: %s',
    async (code) => {
      const world = await folderWorld(engine);
      const bad = ['A', BAD, 'C'];
      world.server.script = scripted((name, mailbox) =>
        name === 'EXAMINE' && bad.includes(mailbox) ? lines(`{tag} NO [${code}] no`) : null,
      );
      const result = resultOf(await world.messages());
      expect(result.refused.map(({ folder }) => folder)).toEqual(bad);
      expect(await world.counts()).toEqual({ INBOX: MESSAGES, D: MESSAGES });
    },
  );

  test('and the next attempt continues with the folders without an error', async () => {
    const world = await folderWorld(engine);
    const bad = ['INBOX', 'A', BAD];
    world.server.script = scripted((name, mailbox) =>
      name === 'EXAMINE' && bad.includes(mailbox) ? lines('{tag} NO [UNAVAILABLE] no') : null,
    );
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'provider_unavailable' } });
    expect(resultOf(await world.messages())).toMatchObject({ added: 2 * MESSAGES, refused_count: 3 });
    expect(await world.counts()).toEqual({ C: MESSAGES, D: MESSAGES });
  });

  test.each([
    ['a rate limit', lines('{tag} NO [LIMIT] Rate limit hit'), 'rate_limited'],
    [
      'a session that is no longer logged in',
      lines('{tag} BAD User is authenticated but not connected.'),
      'auth_not_connected',
    ],
  ])('at once with a failure of the whole credential: %s', async (_, reply, code) => {
    const world = await folderWorld(engine);
    world.server.script = scripted((name, mailbox) => (name === 'EXAMINE' && mailbox === BAD ? reply : null));
    await expect(world.messages()).rejects.toMatchObject({ failure: { code } });
    expect(world.sent().filter((line) => /^EXAMINE "?[CD]/.test(line))).toEqual([]);
    expect((await world.records()).get(BAD)?.lastError).toBeNull();
  });

  test('when no new connection is possible after one was lost', async () => {
    const world = await folderWorld(engine);
    let lost = false;
    world.server.script = scripted((name, mailbox) => {
      if (lost && /LOGIN|AUTHENTICATE/.test(name)) return lines('{tag} NO [AUTHENTICATIONFAILED] no');
      if (name !== 'EXAMINE' || mailbox !== BAD) return null;
      lost = true;
      return drop;
    });
    await expect(world.messages()).rejects.toMatchObject({ failure: { code: 'auth_failed' } });
    expect(await world.counts()).toEqual({ INBOX: MESSAGES, A: MESSAGES });
  });
});

test('a result stays small with names of any length, and counts every refused folder', async () => {
  const paths = ['INBOX', ...Array.from({ length: 22 }, (_, n) => `${'Ordner '.repeat(60)}${n}`)];
  const world = await folderWorld(engine, { paths });
  world.server.script = scripted((name, mailbox) =>
    name === 'EXAMINE' && mailbox !== 'INBOX' ? lines('{tag} NO x') : null,
  );
  const result = resultOf(await world.messages());
  expect(result.refused_count).toBe(22);
  expect(result.refused.length).toBeGreaterThan(3);
  expect(JSON.stringify(result).length).toBeLessThanOrEqual(4096);
});
