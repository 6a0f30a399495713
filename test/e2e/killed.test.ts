import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import { type Api, apiWith, ended, everyItem, type Json } from '../fixtures/api.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';

const ACCOUNT = 'acc_killed';
const PASSWORD = 'correct-horse-battery-staple-7781';
const BODY = 'The words inside a letter, which nobody but its reader may keep.';
const MESSAGES = 3_000;

let directory: string;
let server: ImapServer;
let child: ChildProcess | null = null;

async function start(): Promise<Api> {
  const process_ = fork(new URL('../fixtures/stack-process.ts', import.meta.url), [directory], { stdio: 'inherit' });
  child = process_;
  const url = await new Promise<string>((resolve, reject) => {
    process_.once('message', (message: { url: string }) => resolve(message.url));
    process_.once('exit', (code) => reject(new Error(`the stack stopped with ${code}`)));
  });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    account_id: ACCOUNT,
    role: 'owner',
    uid: 'tester',
  });
  const reply = await fetch(`${url}/_local/oidc/token`, { method: 'POST', body: form });
  const { access_token: token }: Json = await reply.json();
  return apiWith(url, token);
}

async function kill(): Promise<void> {
  const killed = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await killed;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'killed-'));
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 7 });
  for (let n = 0; n < MESSAGES; n += 1) inbox.add({ raw: plainMessage({ n, body: BODY }) });
  server = await startImapServer({
    accounts: [{ username: 'kim', password: PASSWORD, mailboxes: [inbox] }],
    tls: 'implicit',
  });
});

afterAll(async () => {
  const gone = child === null || child.exitCode !== null || child.signalCode !== null;
  const stopped = gone ? Promise.resolve() : new Promise((resolve) => child?.once('exit', resolve));
  if (!gone) child?.disconnect();
  await stopped;
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the whole process, killed during a sync and started again', () => {
  it('completes the job, with no message missing or duplicated, and no secret leaked', async () => {
    let reached = (): void => {};
    const inTheMiddle = new Promise<void>((resolve) => {
      reached = resolve;
    });
    server.script = ({ name, count }) => {
      if (name !== 'UID FETCH' || count < 3) return { kind: 'normal' };
      reached();
      return { kind: 'silence' };
    };
    const before = await start();
    const credential = await addCredential(before, ACCOUNT, {
      host: 'localhost',
      port: server.port,
      caPem: server.caPem,
      username: 'kim',
      password: PASSWORD,
    });
    const accepted = await before.post(`/api/accounts/${ACCOUNT}/imap/sync-messages`, { credential_id: credential });
    await inTheMiddle;
    await kill();
    server.script = null;

    const after = await start();
    const job = await endedSlowly(after, accepted.body.data.job_id);
    expect(job).toMatchObject({
      status: 'succeeded',
      attempt_count: 1,
      last_error_code: 'worker_lost',
      result: { complete: true },
    });
    const emails = await everyItem(after, `/api/accounts/${ACCOUNT}/emails?credential_id=${credential}`);
    expect(emails.map(({ uid }) => uid).sort((one, other) => one - other)).toEqual(
      Array.from({ length: MESSAGES }, (_, at) => at + 1),
    );
    const { body } = await after.get(`/api/jobs/${job.id}/events?limit=100`);
    expect(body.data.map(({ type }: Json) => type)).toEqual([
      'JobRequested',
      'AttemptStarted',
      'AttemptAbandoned',
      'AttemptStarted',
      'AttemptSucceeded',
    ]);

    for (const file of filesBelow(directory)) {
      const bytes = readFileSync(file);
      for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64'), BODY])
        expect(bytes.includes(secret), `${file} holds a secret`).toBe(false);
    }
    const base = `/api/accounts/${ACCOUNT}`;
    const lists = ['jobs', 'tasks', 'provider-credentials', 'mailboxes', 'emails'].map((list) => `${base}/${list}`);
    const singles = [`/api/jobs/${job.id}`, `/api/jobs/${job.id}/events`, `/api/provider-credentials/${credential}`];
    for (const path of [...lists, ...singles]) {
      const reply = await after.get(path);
      expect(reply.status, path).toBe(200);
      for (const secret of [PASSWORD, '"kim"', BODY])
        expect(reply.text.includes(secret), `${path} tells a secret`).toBe(false);
    }
  });
});

/** The lease of the killed worker must expire first: 40 s. */
async function endedSlowly(api: Api, jobId: string): Promise<Json> {
  try {
    return await ended(api, jobId);
  } catch {
    return ended(api, jobId);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
