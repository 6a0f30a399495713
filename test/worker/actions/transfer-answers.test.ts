/**
 * Transfers whose answers contain less than was requested, or something else: messages not proven to be in the target
 * stay in the source, and are reported.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities, type Mailbox } from '../../../local/imap/server.ts';
import {
  account,
  capabilitiesWithout,
  commandsOf,
  edited,
  imapServer,
  lines,
  message,
  messages,
  settingsFor,
} from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { actionWorld, codeOf, succeeded } from './action-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const WITHOUT_MOVE = capabilitiesWithout('MOVE');
const THROTTLED = lines('{tag} BAD Request is throttled. Suggested Backoff Time: 1000 milliseconds');
const MOVE = { action: 'imap_move_messages', verb: 'moved' } as const;
const COPY = { action: 'imap_copy_messages', verb: 'copied' } as const;
/** Every transfer method: the requested action, and the server's features. */
const METHODS = [
  { ...MOVE, method: 'move', capabilities: defaultCapabilities, command: 'UID MOVE' },
  { ...MOVE, method: 'copy_and_expunge', capabilities: WITHOUT_MOVE, command: 'UID COPY' },
  { ...COPY, method: 'copy', capabilities: defaultCapabilities, command: 'UID COPY' },
] as const;
type Method = (typeof METHODS)[number];

const idsIn = ({ messages: all }: Mailbox): readonly string[] =>
  all.map(({ raw }) => /Message-ID: <(m\d+)/.exec(String(raw))?.[1] ?? '?').sort();
const ALL = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];

/** Messages 1 to 6 in INBOX. The target had them before, so its next UID is 7. The job moves or copies 2 and 3. */
async function start(
  { action, capabilities }: Pick<Method, 'action' | 'capabilities'>,
  uids: readonly number[] = [2, 3],
) {
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages: messages(6) });
  const target = createMailbox({ path: 'Ziel', uidValidity: 2, messages: messages(6) });
  const server = await imapServer({ capabilities, ...account(inbox, target) });
  const world = await actionWorld(engine, settingsFor(server));
  const payload = { folder: 'INBOX', uid_validity: 1, uids, target_folder: 'Ziel' };
  const { attempt } = world.job(action, payload);
  /** Another client copies messages of the source to the target. Returns their UIDs there. */
  const bring = (...numbers: readonly number[]): readonly number[] =>
    target.add(...numbers.map((n) => message(n))).map(({ uid }) => uid);
  const sent = (command: string) => commandsOf(server).filter((each) => each.startsWith(command));
  return { server, inbox, target, attempt, bring, sent };
}

/** The server transfers only these messages, and answers OK with this COPYUID; without it when null. */
function answering(
  world: Awaited<ReturnType<typeof start>>,
  method: Method,
  done: readonly number[],
  told: string | null,
  bring: (...numbers: number[]) => unknown = world.bring,
) {
  world.server.script = ({ name }) => {
    if (name !== method.command) return { kind: 'normal' };
    bring(...done);
    const code = told === null ? '' : `[COPYUID ${told}] `;
    if (method.method !== 'move') return lines(`{tag} OK ${code}Done`);
    world.inbox.expunge(done);
    return lines(`* OK ${code}Done`, ...done.map((uid, at) => `* ${uid - at} EXPUNGE`), '{tag} OK Done');
  };
}

const leavesSource = ({ method }: Method) => method !== 'copy';

describe.for(METHODS)('a transfer by $method', (method) => {
  it.for([
    ['names only 2', '2 2 7'],
    ['names nothing', null],
    ['names messages that do not pair up', '2 2:3 7'],
  ] as const)('whose answer %s, when only 2 arrived, leaves 3 in the source and reports it', async ([, told]) => {
    const world = await start(method);
    answering(world, method, [2], told);
    const result = succeeded(await world.attempt());
    expect(result).toMatchObject({
      [method.verb]: 1,
      already_done: 0,
      missing: '3',
      target_uid_validity: 2,
      uid_map: { source: '2', target: '7' },
      method: method.method,
      verified: false,
    });
    expect(idsIn(world.inbox)).toEqual(leavesSource(method) ? ['m1', 'm3', 'm4', 'm5', 'm6'] : ALL);
    expect(world.sent('UID EXPUNGE')).toEqual(method.method === 'copy_and_expunge' ? ['UID EXPUNGE 2'] : []);
    expect(idsIn(world.target)).toEqual([...ALL, 'm2'].sort());
  });

  it('whose answer names only 2, when both arrived, finds 3 in the target', async () => {
    const world = await start(method);
    answering(world, method, [2, 3], '2 2 7');
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 2,
      missing: '',
      uid_map: { source: '2:3', target: '7:8' },
      verified: true,
    });
    expect(idsIn(world.inbox)).toEqual(leavesSource(method) ? ['m1', 'm4', 'm5', 'm6'] : ALL);
  });

  it('whose answer names 2 accepts it, although the message looks different in the target', async () => {
    const world = await start(method);
    const internalDate = new Date('2026-05-05T00:00:00Z');
    answering(world, method, [2], '2 2 7', () => world.target.add({ ...message(2), internalDate }));
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 1,
      missing: '3',
      uid_map: { source: '2', target: '7' },
      verified: false,
    });
  });

  it('whose answer says OK, when nothing arrived, reports that nothing was done', async () => {
    const world = await start(method);
    answering(world, method, [], null);
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 0,
      already_done: 0,
      missing: '2:3',
      uid_map: null,
      verified: false,
    });
    expect(idsIn(world.inbox)).toEqual(ALL);
    expect(world.sent('UID EXPUNGE')).toEqual([]);
  });

  it('whose answer names a message that was not requested neither removes nor maps it', async () => {
    const world = await start(method);
    answering(world, method, [2, 3], '2 2:4 7:9');
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 2,
      missing: '',
      uid_map: { source: '2:3', target: '7:8' },
    });
    expect(idsIn(world.inbox)).toContain('m4');
    if (method.method === 'copy_and_expunge') expect(world.sent('UID EXPUNGE')).toEqual(['UID EXPUNGE 2:3']);
  });

  it('whose pairs are not in ascending order returns no map, because it would be wrong', async () => {
    const world = await start(method);
    answering(world, method, [3, 2], '2 2:3 8,7');
    expect(succeeded(await world.attempt())).toMatchObject({ [method.verb]: 2, missing: '', uid_map: null });
  });

  it('with one missing message transfers the other one and reports the missing one', async () => {
    const world = await start(method);
    world.inbox.expunge([3]);
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 1,
      already_done: 0,
      missing: '3',
      uid_map: { source: '2', target: '7' },
      verified: true,
    });
  });

  it('that was throttled does not count as done because other mail arrived since', async () => {
    const world = await start(method);
    world.server.script = ({ name }) => (name === method.command ? THROTTLED : { kind: 'normal' });
    expect(codeOf(await world.attempt())).toBe('rate_limited');
    world.server.script = null;
    expect(world.bring(7, 8, 9)).toEqual([7, 8, 9]);
    expect(succeeded(await world.attempt())).toMatchObject({
      [method.verb]: 2,
      already_done: 0,
      missing: '',
      uid_map: { source: '2:3', target: '10:11' },
      verified: true,
    });
    expect(world.sent(method.command)).toHaveLength(2);
    expect(idsIn(world.target)).toEqual([...ALL, 'm2', 'm3', 'm7', 'm8', 'm9'].sort());
  });

  it('that was throttled stops if the target was replaced in the meantime', async () => {
    const world = await start(method);
    world.server.script = ({ name }) => (name === method.command ? THROTTLED : { kind: 'normal' });
    expect(codeOf(await world.attempt())).toBe('rate_limited');
    world.server.script = null;
    world.target.bumpUidValidity(9);
    expect(codeOf(await world.attempt())).toBe('uidvalidity_changed');
    expect(idsIn(world.inbox)).toEqual(ALL);
    expect(world.sent(method.command)).toHaveLength(1);
  });

  it('that was throttled reports messages as missing that another client removed since', async () => {
    const world = await start(method);
    world.server.script = ({ name }) => (name === method.command ? THROTTLED : { kind: 'normal' });
    expect(codeOf(await world.attempt())).toBe('rate_limited');
    world.server.script = null;
    world.inbox.expunge([3]);
    world.bring(7);
    expect(succeeded(await world.attempt())).toMatchObject({ [method.verb]: 1, already_done: 0, missing: '3' });
  });

  it('whose answer was lost finds the arrived messages in the target, from the first new UID to the last', async () => {
    const world = await start(method, [2, 3, 5]);
    world.server.script = ({ name, count }) =>
      name === method.command && count === 1 ? { kind: 'drop', afterLines: 0 } : { kind: 'normal' };
    expect(codeOf(await world.attempt())).toBe('connection_closed');
    expect(succeeded(await world.attempt())).toMatchObject({
      already_done: 3,
      missing: '',
      uid_map: { source: '2:3,5', target: '7:9' },
      verified: true,
    });
    expect(world.sent(method.command)).toHaveLength(1);
    expect(idsIn(world.target)).toEqual([...ALL, 'm2', 'm3', 'm5'].sort());
  });
});

describe('a message that another client copied to the target after the first attempt was throttled', () => {
  async function throttledThenBrought(method: Method) {
    const world = await start(method);
    world.server.script = ({ name }) => (name === method.command ? THROTTLED : { kind: 'normal' });
    expect(codeOf(await world.attempt())).toBe('rate_limited');
    world.server.script = null;
    world.bring(2);
    return world;
  }

  it('is moved together with the equal message that is in the source', async () => {
    const world = await throttledThenBrought(METHODS[0]);
    expect(succeeded(await world.attempt())).toMatchObject({ moved: 2, already_done: 0, missing: '' });
    expect(world.sent('UID MOVE').at(-1)).toBe('UID MOVE 2:3 Ziel');
    expect(idsIn(world.inbox)).toEqual(['m1', 'm4', 'm5', 'm6']);
  });

  it('counts as the copy in a transfer by COPY, so that nothing is copied twice', async () => {
    for (const method of METHODS.slice(1)) {
      const world = await throttledThenBrought(method);
      expect(succeeded(await world.attempt())).toMatchObject({ [method.verb]: 1, already_done: 1, missing: '' });
      expect(world.sent('UID COPY').at(-1)).toBe('UID COPY 3 Ziel');
      expect(idsIn(world.target)).toEqual([...ALL, 'm2', 'm3'].sort());
    }
  });
});

describe('equal messages', () => {
  it.each([
    ['one', 1],
    ['two', 2],
  ])('are each counted once: two in the source, %s in the target already', async (_, copies) => {
    const inbox = createMailbox({ path: 'INBOX', uidValidity: 1, messages: [message(1), message(1), message(1)] });
    const target = createMailbox({ path: 'Ziel', uidValidity: 2 });
    const server = await imapServer({ capabilities: WITHOUT_MOVE, ...account(inbox, target) });
    const world = await actionWorld(engine, settingsFor(server));
    const payload = { folder: 'INBOX', uid_validity: 1, uids: [1, 2], target_folder: 'Ziel' };
    const { attempt } = world.job('imap_move_messages', payload);
    server.script = ({ name }) => (name === 'UID COPY' ? THROTTLED : { kind: 'normal' });
    expect(codeOf(await attempt())).toBe('rate_limited');
    server.script = null;
    target.add(...Array.from({ length: copies }, () => message(1)));
    expect(succeeded(await attempt())).toMatchObject({ moved: 2 - copies, already_done: copies, missing: '' });
    expect([inbox.messages.length, target.messages.length]).toEqual([1, 2]);
  });
});

describe('a target with many new messages since the first attempt', () => {
  it('is read to its end, by the UIDs that SEARCH lists', async () => {
    const world = await start(METHODS[1]);
    const bye = edited(() => ['* BYE Server shutting down.']);
    world.server.script = ({ name }) => (name === 'UID COPY' ? bye : { kind: 'normal' });
    expect(codeOf(await world.attempt())).toBe('connection_closed');
    world.server.script = null;
    world.target.add({ ...message(30), uid: 15_000 });
    const before = world.sent('UID FETCH').length;
    expect(succeeded(await world.attempt())).toMatchObject({ moved: 0, already_done: 2, missing: '' });
    const sets = world.sent('UID FETCH').slice(before);
    // The source once, and from the target the UIDs of SEARCH: not the 15,000 numbers in between.
    expect(sets.length).toBeLessThan(5);
    expect(sets.some((each) => /^UID FETCH \S*\b15000 /.test(each))).toBe(true);
    expect(idsIn(world.inbox)).toEqual(['m1', 'm4', 'm5', 'm6']);
  });
});
