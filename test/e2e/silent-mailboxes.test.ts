/**
 * One account keeps the workers of a running stack busy with mailboxes that never complete. Another account's sync
 * must still run, measured by order, not by time. The stack runs the worker four times at once, and an account has two
 * places.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type ImapServer, type ScriptedReply, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';
import { sixAtOnce } from '../fixtures/six-at-once.ts';

const QUIET = 'acc_quiet';
const SHARE = 2;
const MAILBOXES = 24;

let stack: Stack;
let quiet: Api;
let quick: ImapServer;
let quickCredential: string;

beforeAll(async () => {
  stack = await startTestStack(null, { imapSilenceMs: 90_000, environments: 4 });
  quiet = await apiOf(stack, QUIET);
  quick = await mailServer(() => ({ kind: 'normal' }));
  quickCredential = await credentialOf(quiet, QUIET, quick, 0);
});
afterAll(async () => {
  await stack?.stop();
  await quick?.close();
});

const mailServer = (reply: (command: string) => ScriptedReply): Promise<ImapServer> => {
  const messages = [1, 2, 3].map((n) => ({ raw: plainMessage({ n }) }));
  return startImapServer({
    accounts: Array.from({ length: MAILBOXES }, (_, n) => ({
      username: `ann${n}`,
      password: 'secret',
      mailboxes: [createMailbox({ path: 'INBOX', messages })],
    })),
    tls: 'implicit',
    script: ({ name }) => reply(name),
  });
};

const credentialOf = (api: Api, account: string, { port, caPem }: ImapServer, n: number): Promise<string> =>
  addCredential(api, account, { host: 'localhost', port, caPem, username: `ann${n}`, password: 'secret' });

/** A line every five seconds, forever. */
async function* lines(line: string): AsyncGenerator<string> {
  for (;;) {
    yield line;
    await pause(5_000, undefined, { ref: false });
  }
}
const dripping = (line: string): ScriptedReply => ({ kind: 'stream', chunks: lines(line) });

describe.each<[string, string, 'sync-mailboxes' | 'sync-messages', () => ScriptedReply]>([
  ['send a line of LIST octet by octet', 'LIST', 'sync-mailboxes', () => dripping('* LIST () "/" "folder"\r\n')],
  ['send the answer to the login octet by octet', 'LOGIN', 'sync-mailboxes', () => dripping('* OK wait\r\n')],
  ['send nothing', 'LIST', 'sync-mailboxes', () => ({ kind: 'silence' })],
  ['send the answer to a FETCH octet by octet', 'UID FETCH', 'sync-messages', () => dripping('* 1 FETCH (UID 1)\r\n')],
])('an account whose mailboxes %s', (name, command, action, reply) => {
  it("keeps to its share, and another account's sync runs before the first of its attempts has ended", async () => {
    const account = `acc_noisy_${name.replaceAll(' ', '_')}`;
    const noisy = await apiOf(stack, account);
    let held = 0;
    const server = await mailServer((sent) => {
      const isHeld = sent === command || (command === 'LOGIN' && sent === 'AUTHENTICATE');
      if (isHeld) held += 1;
      return isHeld ? reply() : { kind: 'normal' };
    });
    try {
      const jobs = await sixAtOnce(MAILBOXES, async (n) => {
        const credential_id = await credentialOf(noisy, account, server, n);
        const { body } = await noisy.post(`/api/accounts/${account}/imap/${action}`, { credential_id });
        return body.data.job_id;
      });
      await until(
        () => noisy.post(`/api/accounts/${account}/jobs/search`, { filter: { waiting_on: 'account_share' } }),
        ({ body }) => held >= SHARE && body.data?.length > 0,
      );
      const { body } = await quiet.post(`/api/accounts/${QUIET}/imap/sync-mailboxes`, {
        credential_id: quickCredential,
      });
      const own = await ended(quiet, body.data.job_id);
      expect(own).toMatchObject({ status: 'succeeded', attempt_count: 1 });
      const ends = await sixAtOnce(jobs.length, async (n) => {
        const events = await noisy.get(`/api/jobs/${jobs[n]}/events?limit=100`);
        return events.body.data.filter(({ type, at }: Json) => type === 'AttemptFailed' && at < own.started_at).length;
      });
      expect(ends.filter((count) => count > 0)).toEqual([]);
      const open = await noisy.post(`/api/accounts/${account}/jobs/search`, { filter: { status: ['queued'] } });
      expect(open.body.data.length).toBeGreaterThan(0);
    } finally {
      await server.close();
      // Queued jobs of this case would disturb the next one.
      await noisy.post(`/api/accounts/${account}/pause`, { reason: 'the test is over' });
    }
  });
});
