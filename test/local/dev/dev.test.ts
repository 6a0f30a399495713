/** `npm run dev` on a copy of the project, whose sources the test may change. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../local/http/free-port.ts';
import { account, imapServer, PASSWORD, USERNAME } from '../../adapters/imap/world.ts';
import { type Api, apiWith, ended, until } from '../../fixtures/api.ts';
import { addCredential, eventTypes } from '../../fixtures/mailbox-account.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ACCOUNT = 'acc_dev';
const HEALTH = 'functions/api/service/health.ts';

let project: string;
let child: ChildProcess;
let exited: Promise<number | null>;
let output = '';
let url: string;
let api: Api;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'dev-'));
  const sources = ['bin', 'cli', 'client', 'console', 'lib', 'functions', 'local', 'config'];
  for (const name of [...sources, 'cdk.json', 'package.json', 'package-lock.json'])
    cpSync(join(ROOT, name), join(project, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  child = spawn(process.execPath, ['bin/dev.ts', '--port', String(port), '--no-demo'], { cwd: project });
  exited = new Promise((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  await printed('Ctrl-C stops it.');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    account_id: ACCOUNT,
    role: 'owner',
    uid: 'tester',
  });
  const reply = await fetch(`${url}/_local/oidc/token`, { method: 'POST', body: form });
  api = apiWith(url, JSON.parse(await reply.text()).access_token);
});

afterAll(async () => {
  child?.kill('SIGTERM');
  await exited;
  rmSync(project, { recursive: true, force: true });
});

/** Waits for a line of the output, and drops everything up to it. */
async function printed(text: string): Promise<void> {
  await until(
    async () => output,
    (all) => all.includes(text),
  );
  output = output.slice(output.indexOf(text) + text.length);
}

function edit(file: string, from: string, to: string): void {
  const source = readFileSync(join(project, file), 'utf8');
  expect(source).toContain(from);
  writeFileSync(join(project, file), source.replace(from, to));
}

/** A job that has begun, and that ends only after `letGo`. Until then its mail server is slow, but not silent. */
async function runningJob(): Promise<{ readonly id: string; letGo(): void }> {
  let isHeld = true;
  async function* busy(): AsyncGenerator<string> {
    for (; isHeld; await pause(200)) yield '* OK Still at it\r\n';
    yield '* LIST (\\HasNoChildren) "/" INBOX\r\n{tag} OK Done\r\n';
  }
  const server = await imapServer({
    ...account(),
    script: ({ name }) => (name === 'LIST' && isHeld ? { kind: 'stream', chunks: busy() } : { kind: 'normal' }),
  });
  const letGo = (): void => {
    isHeld = false;
  };
  const { host, port, caPem = '' } = server;
  const credential = await addCredential(api, ACCOUNT, { host, port, caPem, username: USERNAME, password: PASSWORD });
  const { body } = await api.post(`/api/accounts/${ACCOUNT}/imap/sync-mailboxes`, { credential_id: credential });
  await until(
    () => api.get(`/api/jobs/${body.data.job_id}`),
    ({ body: job }) => job.data.status === 'running',
  );
  return { id: body.data.job_id, letGo };
}

it('a changed reply is served while a job runs to its end; a broken source changes nothing; the data stays', async () => {
  const job = await runningJob();
  const before = await api.get('/api/health');
  expect(before.body.data).toEqual({ status: 'ok' });

  edit(HEALTH, "status: 'ok' as const", "status: 'ok' as const, changed: true");
  await printed('Functions loaded again');
  expect((await api.get('/api/health')).body.data).toEqual({ status: 'ok', changed: true });
  job.letGo();
  expect((await ended(api, job.id)).status).toBe('succeeded');
  expect(await eventTypes(api, job.id), 'its worker was not ended').not.toContain('AttemptAbandoned');

  edit(HEALTH, 'changed: true', 'changed: ');
  await printed('The previous functions continue.');
  expect((await api.get('/api/health')).body.data).toEqual({ status: 'ok', changed: true });

  edit(HEALTH, 'changed: ', 'changed: false');
  await printed('Functions loaded again');
  edit('config/local.json', '{', '{ ');
  await printed('Ctrl-C stops it.');
  expect((await api.get('/api/health')).body.data).toEqual({ status: 'ok', changed: false });
  expect((await api.get(`/api/jobs/${job.id}`)).body.data).toMatchObject({ status: 'succeeded' });
});
