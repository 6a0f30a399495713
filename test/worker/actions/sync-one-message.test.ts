/** A message that the server cannot show affects neither the other messages of its folder nor new mail. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultCapabilities, type ScriptedReply } from '../../../local/imap/server.ts';
import { capabilitiesWithout, edited, lines } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { folderWorld } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const BASIC = capabilitiesWithout('CONDSTORE', 'ENABLE', 'ESEARCH', 'LIST-STATUS');
const HOUR_MS = 3_600_000;

/** Whether the set of a UID FETCH includes UID 2. */
const includes2 = (args: string): boolean =>
  (args.split(' ', 1)[0] ?? '').split(',').some((element) => {
    const [low = 0, high = low] = element.split(':').map(Number);
    return low <= 2 && high >= 2;
  });
const shows2 = (line: string): boolean => /^\* \d+ FETCH \(.*\bUID 2[ )]/.test(line);
const refusing =
  (...answer: readonly string[]) =>
  (args: string): ScriptedReply | null =>
    includes2(args) ? lines(...answer) : null;

const FAULTS: readonly [string, (args: string) => ScriptedReply | null][] = [
  [
    'whose line cannot be parsed',
    () => edited((line) => [shows2(line) ? '* 2 FETCH (UID 2 FLAGS (\\Seen "without an end' : line]),
  ],
  ['that is refused as a bug of the server', refusing('{tag} NO [SERVERBUG] Internal error')],
  ['that is answered with BAD', refusing('{tag} BAD cannot read the message')],
];

describe.each([
  { server: 'with mod-sequences', capabilities: defaultCapabilities, flags: 'exact', stale: 'window' },
  { server: 'without extensions', capabilities: BASIC, flags: 'window', stale: 'window' },
])('on a server $server, one message', ({ capabilities, flags, stale }) => {
  test.each(FAULTS)('%s: flags of the others are updated and new mail is stored', async (_what, answer) => {
    const world = await folderWorld(engine, { paths: ['INBOX'], capabilities });
    const inbox = world.mailbox('INBOX');
    expect(resultOf(await world.messages())).toMatchObject({ added: 3, flags });
    world.server.script = ({ name, args }) => (name === 'UID FETCH' ? answer(args) : null) ?? { kind: 'normal' };
    for (const uid of [1, 2]) inbox.setFlags(uid, ['\\Flagged']);
    inbox.add(...world.fresh(1));
    world.clock.now += HOUR_MS;
    expect(resultOf(await world.messages())).toMatchObject({
      ...{ added: 1, updated: 1, removed: 0, unreadable: 0, refused: [], complete: true },
      // What the server does not show is not called exact.
      flags: stale,
    });
    expect(await world.stored()).toEqual(['INBOX 1 \\Flagged', 'INBOX 2 ', 'INBOX 3 ', 'INBOX 4 ']);
    // When the server can show the message again, a full sync repairs its flags.
    world.server.script = null;
    world.clock.now += HOUR_MS;
    expect(resultOf(await world.messages({ full: true }))).toMatchObject({ added: 0, updated: 1, flags });
    expect(await world.stored()).toContain('INBOX 2 \\Flagged');
  });

  test.each(FAULTS)('%s from the start: it alone is unreadable, and later mail is stored', async (_what, answer) => {
    const world = await folderWorld(engine, { paths: ['INBOX'], capabilities });
    const inbox = world.mailbox('INBOX');
    world.server.script = ({ name, args }) => (name === 'UID FETCH' ? answer(args) : null) ?? { kind: 'normal' };
    expect(resultOf(await world.messages())).toMatchObject({ added: 3, unreadable: 1, refused: [], complete: true });
    inbox.setFlags(2, ['\\Flagged']);
    inbox.add(...world.fresh(1));
    world.clock.now += HOUR_MS;
    expect(resultOf(await world.messages())).toMatchObject({ added: 1, removed: 0, refused: [], complete: true });
    expect(await world.stored()).toEqual(['INBOX 1 ', 'INBOX 2 ', 'INBOX 3 ', 'INBOX 4 ']);
    world.server.script = null;
    expect(resultOf(await world.messages({ full: true }))).toMatchObject({ updated: 1, unreadable: 0 });
  });
});
