/**
 * A login and a command end at their deadline, even if data keeps arriving. These servers send without a pause and
 * never complete an answer.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { testConnection } from '../../../functions/credential-login/test-connection.ts';
import type { ScriptedReply } from '../../../local/imap/server.ts';
import { connect, failureOf, imapServer, localProvider, patient, replying, settingsFor } from './world.ts';

/** Octets sent before the clock is moved to the deadline. */
const BEFORE = 100;

/** Sends one octet after the other without end; `atLast` is called after the first ones. */
async function* dripping(text: string, atLast: () => void): AsyncGenerator<string> {
  for (let count = 0; ; count += 1) {
    await turn();
    if (count === BEFORE) atLast();
    yield text.charAt(count % text.length);
  }
}
const drip = (text: string, atLast: () => void): ScriptedReply => ({ kind: 'stream', chunks: dripping(text, atLast) });

/** A clock that stands still until it is moved. */
function stopClock(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return (ms) => void vi.advanceTimersByTime(ms);
}

const DRIPS = ['* OK still here\r\n', 'x', '* 5 EXISTS\r\n', '* OK [ALERT] wait\r\n'];
const LOGIN_MS = (patient.commandMs * 2) / 3;

describe('a server that sends octet by octet', () => {
  it.each(DRIPS)('is cut off at the deadline of the login: %j', async (text) => {
    for (const command of ['CAPABILITY', 'AUTHENTICATE', 'ENABLE']) {
      const advance = stopClock();
      const dripped = drip(text, () => advance(LOGIN_MS));
      const server = await imapServer({ greeting: '* OK Ready', script: replying({ [command]: dripped }) });
      const { signal } = new AbortController();
      const failure = await failureOf(localProvider().connect(settingsFor(server), { signal }));
      expect(failure.code).toBe('provider_timeout');
      vi.useRealTimers();
      await expect.poll(() => server.connections()).toBe(0);
    }
  });

  it.each(DRIPS)('is cut off at the deadline of the command: %j', async (text) => {
    for (const command of ['EXAMINE', 'LIST']) {
      const server = await imapServer();
      const session = await connect(settingsFor(server));
      const advance = stopClock();
      server.script = replying({ [command]: drip(text, () => advance(2 * patient.commandMs)) });
      const work = command === 'LIST' ? session.listMailboxes({ statuses: false }) : session.select('INBOX');
      expect((await failureOf(work)).code).toBe('provider_timeout');
      expect(session.usable).toBe(false);
      vi.useRealTimers();
      await expect.poll(() => server.connections()).toBe(0);
    }
  });

  it('is cut off at the deadline of the whole test', async () => {
    const server = await imapServer({ script: replying({ LIST: drip('* OK still here\r\n', () => {}) }) });
    const tested = await testConnection((signal) => localProvider().connect(settingsFor(server), { signal }), 5_000);
    expect(tested).toMatchObject({ ok: false, failure: { code: 'provider_timeout' } });
  });
});
