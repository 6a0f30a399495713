import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Progress } from '../../../functions/domain/attempt/outcome.ts';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServer,
  type Mailbox,
  startImapServer,
} from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { malformedMessages, plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

let server: ImapServer;
let inbox: Mailbox;
let nested: Mailbox;
let mailboxes: Mailbox[];
let world: Awaited<ReturnType<typeof syncWorld>>;
let sequence = 0;

const fresh = (count: number) =>
  Array.from({ length: count }, () => {
    sequence += 1;
    return { raw: plainMessage({ n: sequence }) };
  });

async function start(capabilities: readonly string[] = defaultCapabilities): Promise<void> {
  inbox = createMailbox({ path: 'INBOX', uidValidity: 7, messages: fresh(1200) });
  nested = createMailbox({ path: 'Projekte/Übersee & mehr', uidValidity: 9, messages: malformedMessages() });
  mailboxes = [inbox, nested, createMailbox({ path: 'Leer', uidValidity: 10 })];
  server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes }],
    tls: 'none',
    capabilities,
  });
  world = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
}

const served = (): readonly string[] =>
  mailboxes
    .flatMap(({ path, messages }) => messages.map(({ uid, flags }) => `${path} ${uid} ${[...flags].sort().join(',')}`))
    .sort();
const sent = (from: number): readonly string[] => server.log.slice(from).map(({ name }) => name);

afterEach(() => server.close());

describe('on a server with CONDSTORE', () => {
  beforeEach(() => start());

  test('a first sync stores every message of every folder once, and a second one changes none', async () => {
    expect(resultOf(await world.messages())).toMatchObject({
      folders: 3,
      added: 1200 + nested.messages.length,
      updated: 0,
      removed: 0,
      complete: true,
      flags: 'exact',
    });
    expect(await world.stored()).toEqual(served());
    const before = server.log.length;
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 3, added: 0, updated: 0, removed: 0 });
    const names = sent(before);
    expect(names).toContain('LIST');
    expect(names.filter((name) => /SELECT|EXAMINE|FETCH|SEARCH/.test(name))).toEqual([]);
  });

  test('new mail, changed flags, expunges and moves are counted exactly', async () => {
    await world.messages();
    inbox.add(...fresh(3));
    inbox.setFlags(5, ['\\Seen']);
    inbox.setFlags(6, ['\\Flagged']);
    inbox.expunge([10, 11, 12, 13]);
    const moving = inbox.find(20);
    if (moving === null) throw new Error('no message 20');
    nested.add({ raw: moving.raw, internalDate: moving.internalDate });
    inbox.expunge([20]);
    expect(resultOf(await world.messages())).toMatchObject({
      unchanged: 1,
      added: 3,
      updated: 2,
      removed: 4,
      moved: 1,
    });
    expect(await world.stored()).toEqual(served());
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 3, added: 0, updated: 0, removed: 0 });
  });

  test('a new UIDVALIDITY is synced correctly and reported once', async () => {
    await world.messages();
    inbox.expunge([1, 2, 3]);
    inbox.bumpUidValidity();
    expect(resultOf(await world.messages())).toMatchObject({ resets: 1, added: 0, removed: 0, complete: true });
    expect(await world.stored()).toEqual(served());
    const [record] = (await world.store.mailboxes(world.credentialId)).filter(({ path }) => path === 'INBOX');
    const old = await world.store.knownUids({ mailboxKey: record?.key ?? '', uidValidity: 7 }, 1, 5000);
    expect(old).toEqual([]);
    expect(resultOf(await world.messages())).toMatchObject({ resets: 0, unchanged: 3 });
  });

  test('a server that renumbers each time is followed five times in a row, and again when it is stable', async () => {
    await world.messages();
    for (let reset = 1; reset <= 5; reset += 1) {
      inbox.bumpUidValidity();
      expect(resultOf(await world.messages())).toMatchObject({ resets: 1 });
    }
    const stored = await world.stored();
    for (let reset = 6; reset <= 7; reset += 1) {
      inbox.bumpUidValidity();
      const before = server.log.length;
      expect(resultOf(await world.messages())).toMatchObject({
        refused: [{ folder: 'INBOX', code: 'uidvalidity_changed' }],
      });
      expect(sent(before)).not.toContain('UID FETCH');
      expect(await world.stored()).toEqual(stored);
      world.clock.now += 3_600_000;
    }
    expect(resultOf(await world.messages())).toMatchObject({ resets: 1, complete: true });
    expect(resultOf(await world.messages())).toMatchObject({ resets: 0, unchanged: 3 });
    inbox.bumpUidValidity();
    expect(resultOf(await world.messages())).toMatchObject({ resets: 1, complete: true });
  });

  test('a sync that runs out of time continues from its checkpoint', async () => {
    let checkpoint: unknown = null;
    let continuations = 0;
    for (;;) {
      continuations += 1;
      let asked = 0;
      const remainingMs = () => (++asked > 3 ? 0 : 60_000);
      const outcome = await world.messages({}, { checkpoint, remainingMs });
      if (outcome.kind !== 'yielded') {
        expect(resultOf(outcome)).toMatchObject({ added: 1200 + nested.messages.length, removed: 0, complete: true });
        break;
      }
      checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint));
    }
    expect(continuations).toBeGreaterThan(1);
    expect(await world.stored()).toEqual(served());
  });

  test('the progress of a sync begins with its first window, counts each message once, and continues over its runs', async () => {
    const all = 1200 + nested.messages.length;
    let checkpoint: unknown = null;
    const continuations: Progress[][] = [];
    for (let ended = false; !ended; ) {
      const reported: Progress[] = [];
      continuations.push(reported);
      let asked = 0;
      const outcome = await world.messages(
        {},
        {
          checkpoint,
          remainingMs: () => (++asked > 3 ? 0 : 60_000),
          reportProgress: (progress) => reported.push(progress),
        },
      );
      ended = outcome.kind === 'succeeded';
      checkpoint = outcome.kind === 'yielded' ? JSON.parse(JSON.stringify(outcome.checkpoint)) : null;
    }
    expect(continuations.length).toBeGreaterThan(1);
    const [first] = continuations;
    expect(first?.[0]).toEqual({ done: 0, total: all, unit: 'messages' });
    const reports = continuations.flat();
    expect(reports.map(({ total }) => total)).toEqual(reports.map(() => all));
    const done = reports.map((each) => each.done);
    expect(done).toEqual(done.toSorted((one, other) => one - other));
    expect(done.at(-1)).toBe(all);
  });

  test('a connection cut during a window loses nothing and duplicates nothing', async () => {
    server.script = ({ name, count }) =>
      name === 'UID FETCH' && count === 2 ? { kind: 'drop', afterLines: 40 } : { kind: 'normal' };
    expect(resultOf(await world.messages())).toMatchObject({ added: 1200 + nested.messages.length, unreadable: 0 });
    expect(await world.stored()).toEqual(served());
  });

  test('a worker killed between storing rows and recording them loses nothing and duplicates nothing', async () => {
    let puts = 0;
    const mail = {
      ...world.store,
      replaceMessages: async (...window: Parameters<typeof world.store.replaceMessages>) => {
        await world.store.replaceMessages(...window);
        puts += 1;
        if (puts === 2) throw new Error('killed');
      },
    };
    await expect(world.messages({}, { mail })).rejects.toThrow('killed');
    inbox.expunge([300]);
    resultOf(await world.messages());
    expect(await world.stored()).toEqual(served());
  });

  test('a message that the server cannot return is stored as unreadable, and the rest is stored', async () => {
    const poisoned = 777;
    server.script = ({ name, args }) => {
      const set = /^([\d:,]+) /.exec(args)?.[1] ?? '';
      const within = set.split(',').some((element) => {
        const [low = 0, high = low] = element.split(':').map(Number);
        return low <= poisoned && poisoned <= high;
      });
      return name === 'UID FETCH' && within && args.includes('ENVELOPE')
        ? { kind: 'lines', lines: ['{tag} NO [SERVERBUG] cannot read it'] }
        : { kind: 'normal' };
    };
    expect(resultOf(await world.messages({ folder: 'inbox' }))).toMatchObject({ added: 1200, unreadable: 1 });
    const newest = await world.store.emails({ scope: { credential: world.credentialId }, limit: 1, after: null });
    expect(newest.items[0]?.message).toMatchObject({ uid: poisoned, unreadable: true, subject: null });
    server.script = null;
    expect(resultOf(await world.messages({ folder: 'INBOX', full: true }))).toMatchObject({ updated: 1 });
    expect((await world.stored()).length).toBe(1200);
  });

  test('many messages gone at once are removed only when a second pass ten minutes later finds the same', async () => {
    await world.messages();
    inbox.expunge(Array.from({ length: 500 }, (_, at) => at + 1));
    const first = await world.messages();
    expect(resultOf(first)).toMatchObject({ removed: 0, complete: false });
    const recheckAt = first.kind === 'succeeded' ? first.recheckAt : undefined;
    const second = await world.messages();
    expect(resultOf(second)).toMatchObject({ removed: 0, complete: false });
    expect(second).toMatchObject({ recheckAt });
    world.clock.now = Date.parse(recheckAt ?? '');
    const third = await world.messages();
    expect(resultOf(third)).toMatchObject({ removed: 500, complete: true });
    expect(third).not.toHaveProperty('recheckAt');
    expect(await world.stored()).toEqual(served());
  });

  test('with since, older messages are not fetched, and removals are noticed on both sides of the day', async () => {
    const old = createMailbox({
      path: 'Old',
      uidValidity: 11,
      messages: fresh(1100).map(({ raw }) => ({ raw, internalDate: new Date('2025-03-01T00:00:00Z') })),
    });
    old.add(...fresh(20).map(({ raw }) => ({ raw, internalDate: new Date('2026-03-01T00:00:00Z') })));
    mailboxes.push(old);
    const sync = () => world.messages({ folder: 'Old', since: '2026-01-01' });
    expect(resultOf(await sync())).toMatchObject({ added: 20, backfill_left: 1100, complete: false });
    old.expunge([1110, 5]);
    expect(resultOf(await sync())).toMatchObject({ added: 0, removed: 1, backfill_left: 1099 });
    const uids = (await world.stored()).map((row) => Number(row.split(' ')[1]));
    expect(uids).toHaveLength(19);
    expect(uids).not.toContain(1110);
    const before = server.log.length;
    expect(resultOf(await sync())).toMatchObject({ unchanged: 1, backfill_left: 1099 });
    expect(sent(before)).not.toContain('EXAMINE');
    expect(resultOf(await world.messages({ folder: 'Old' }))).toMatchObject({ added: 1099, backfill_left: 0 });
  });

  test('with since, old mail that was moved into the folder hides no newer mail', async () => {
    const day = (date: string, count: number) =>
      fresh(count).map(({ raw }) => ({ raw, internalDate: new Date(`${date}T12:00:00Z`) }));
    const mixed = createMailbox({
      path: 'Mixed',
      uidValidity: 12,
      messages: [
        ...day('2026-03-01', 30),
        ...day('2024-01-01', 700),
        ...day('2026-03-02', 5),
        ...day('2024-02-01', 600),
      ],
    });
    mailboxes.push(mixed);
    const sync = (since: string) => world.messages({ folder: 'Mixed', since });
    expect(resultOf(await sync('2026-01-01'))).toMatchObject({ added: 35, backfill_left: 1300, complete: false });
    mixed.add(...day('2026-03-03', 2));
    expect(resultOf(await sync('2026-01-01'))).toMatchObject({ added: 2, backfill_left: 1300 });
    expect(resultOf(await sync('2024-01-15'))).toMatchObject({ added: 600, backfill_left: 700 });
    expect(resultOf(await world.messages({ folder: 'Mixed' }))).toMatchObject({ added: 700, complete: true });
  });

  test('with since, only the newer messages are stored even if old and new ones alternate', async () => {
    const turns = fresh(600).map(({ raw }, at) => ({
      raw,
      internalDate: new Date(at % 2 === 0 ? '2024-01-01T12:00:00Z' : '2026-03-01T12:00:00Z'),
    }));
    mailboxes.push(createMailbox({ path: 'Turns', uidValidity: 13, messages: turns }));
    const sync = (since?: string) => world.messages({ folder: 'Turns', ...(since === undefined ? {} : { since }) });
    expect(resultOf(await sync('2026-01-01'))).toMatchObject({ added: 300, backfill_left: 300 });
    expect(resultOf(await sync('2026-01-01'))).toMatchObject({ unchanged: 1, added: 0, removed: 0 });
    expect(resultOf(await sync())).toMatchObject({ added: 300, removed: 0, complete: true });
  });

  test('a renamed folder keeps its messages and their ids', async () => {
    await world.messages();
    const ids = async () => {
      const page = await world.store.emails({ scope: { credential: world.credentialId }, limit: 2000, after: null });
      return page.items.map(({ message }) => encodeEmailId(message)).sort();
    };
    const before = await ids();
    nested.rename('Archiv');
    // Its former container is gone too.
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, renamed: 1, missing: 1, unselectable: 0 } });
    expect(resultOf(await world.messages())).toMatchObject({ unchanged: 3, added: 0 });
    expect(await ids()).toEqual(before);
    expect(await world.stored()).toEqual(served());
  });

  test('a folder that is not listed is reported as not found', async () => {
    await expect(world.messages({ folder: 'Nowhere' })).rejects.toMatchObject({
      failure: { code: 'mailbox_not_found' },
    });
  });

  test('a mailbox that another run has locked is skipped', async () => {
    await world.messages();
    const [record] = (await world.store.mailboxes(world.credentialId)).filter(({ path }) => path === 'INBOX');
    if (record === undefined) throw new Error('no record');
    await world.store.putMailbox({ ...record, lock: { by: 'job_2', until: world.clock.now + 100_000 } });
    inbox.add(...fresh(1));
    expect(await world.messages()).toMatchObject({ kind: 'postponed', because: 'connection_slot' });
    world.clock.now += 100_000;
    expect(resultOf(await world.messages())).toMatchObject({ added: 1 });
  });
});

describe('on a server without CONDSTORE', () => {
  beforeEach(() => start(['IMAP4rev1', 'UIDPLUS', 'NAMESPACE', 'LITERAL+', 'AUTH=PLAIN']));

  test('new mail and expunges are exact; flags of the newest messages are found at once, and all within the hour', async () => {
    expect(resultOf(await world.messages())).toMatchObject({ complete: true, flags: 'window' });
    expect(await world.stored()).toEqual(served());
    world.clock.now += 3_600_000;
    await world.messages();
    inbox.add(...fresh(2));
    inbox.expunge([100]);
    inbox.setFlags(1199, ['\\Seen']);
    inbox.setFlags(2, ['\\Seen']);
    expect(resultOf(await world.messages())).toMatchObject({ added: 2, removed: 1, updated: 1 });
    world.clock.now += 3_600_000;
    expect(resultOf(await world.messages())).toMatchObject({ added: 0, removed: 0, updated: 1 });
    expect(await world.stored()).toEqual(served());
  });
});
