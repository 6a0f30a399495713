/** The client as its users have it: packed, installed in an empty project, and at work on the embedded stack. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../client/index.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { startTestStack, until } from '../fixtures/api.ts';
import { plainMessage } from '../fixtures/messages.ts';
import { seedJobs } from '../fixtures/seeded-jobs.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ACCOUNT = 'acc_client';
const MANY = 'acc_client_many';

let stack: Stack;
let server: ImapServer;
let token: string;
let client: Client;
let project: string;
let credential: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'client-project-'));
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 1 });
  for (let n = 0; n < 5; n += 1) inbox.add({ raw: plainMessage({ n }) });
  const accounts = [{ username: 'ann', password: 'a', mailboxes: [inbox] }];
  [stack, server] = await Promise.all([startTestStack(), startImapServer({ accounts, tls: 'implicit' })]);
  token = await stack.token({ accounts: [ACCOUNT, MANY], role: 'owner', uid: 'ann' });
  client = createClient({ url: stack.url, token });
  const { data } = await client.credentials.create({
    account_id: ACCOUNT,
    body: {
      provider_kind: 'imap',
      host: 'localhost',
      port: server.port,
      security_mode: 'ssl_tls',
      tls_ca_pem: server.caPem,
      auth_kind: 'password',
      secret: { username: 'ann', password: 'a' },
    },
  });
  credential = data.id;
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
  rmSync(project, { recursive: true, force: true });
});

describe('the package, installed from its tarball in an empty project', () => {
  const README = readFileSync(join(ROOT, 'client/README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(README)?.[1] ?? '';
  const BAD = [
    ['a field that is gone', 'gone.ts', 'console.log(job.last_error_cod);'],
    ['a status that is none', 'none.ts', "console.log(job.status === 'done');"],
  ] as const;
  const reading = (line: string): string => `import { createClient } from 'inbox-manager-client';
const client = createClient({ url: '', token: '' });
const { data: job } = await client.jobs.get({ job_id: '' });\n${line}\n`;
  /** The compiler's messages about all sources, which are compiled once. */
  let messages: readonly string[];
  beforeAll(async () => {
    await run('npm', ['run', 'client'], { cwd: ROOT });
    await run('npm', ['pack', join(ROOT, 'client'), '--pack-destination', project], { cwd: project });
    const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
    const typeRoots = [join(ROOT, 'node_modules/@types')];
    const settings = { module: 'nodenext', target: 'es2022', types: ['node'], typeRoots, strict: true, noEmit: true };
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings }));
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(project, tarball)], { cwd: project });
    writeFileSync(join(project, 'example.ts'), example);
    writeFileSync(join(project, 'good.ts'), reading("console.log(job.id, job.status === 'failed');"));
    for (const [, file, line] of BAD) writeFileSync(join(project, file), reading(line));
    const tsc = join(ROOT, 'node_modules/typescript-5/bin/tsc');
    const output = await run(process.execPath, [tsc, '-p', project], { cwd: project }).then(
      ({ stdout }) => stdout,
      (error: { readonly stdout: string }) => error.stdout,
    );
    messages = output.split('\n').filter((message) => message !== '');
  });

  const errorsOf = (file: string): readonly string[] =>
    messages.filter((message) => message.startsWith(`${file}(`) && message.includes('error TS'));

  it('contains code and types, but no sources or tests', async () => {
    const files = readdirSync(join(project, 'node_modules/inbox-manager-client'), { recursive: true }).map(String);
    expect(files.filter((file) => !/^(dist|dist\/[a-z-]+\.(js|d\.ts)|package\.json|README\.md)$/.test(file))).toEqual(
      [],
    );
    expect(files).toContain('dist/index.d.ts');
  });

  it('lets the example of its README compile and run', async () => {
    expect(errorsOf('example.ts')).toEqual([]);
    const job = await client.sync.messages({ account_id: ACCOUNT, body: { credential_id: credential } });
    await client.jobs.waitFor(job.data.job_id);
    const { stdout } = await run(process.execPath, ['example.ts'], {
      cwd: project,
      env: { ...process.env, API: stack.url, TOKEN: token, ACCOUNT },
    });
    expect(stdout).toMatch(/^succeeded null$/m);
    expect(stdout).toMatch(/^not_found 404$/m);
  });

  it.each(BAD)('is refused by the compiler for %s', (_, file) => {
    expect(errorsOf(file)).toHaveLength(1);
    expect(messages).toHaveLength(BAD.length);
  });
});

describe('the client', () => {
  it('carries out each command once, although every third connection is cut after the request arrived', async () => {
    let requests = 0;
    const proxy = createServer((incoming, outgoing) => {
      requests += 1;
      const isCut = requests % 3 === 0;
      const { method, headers, url = '' } = incoming;
      const upstream = send(new URL(url, stack.url), {
        method,
        headers: { ...headers, host: new URL(stack.url).host },
      });
      upstream.on('response', (reply) => {
        if (isCut) {
          reply.resume();
          reply.on('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(outgoing);
      });
      incoming.pipe(upstream);
    });
    const { url, stop } = await listenOnLoopback(proxy, 0);
    const shaky = createClient({ url, token, tries: 12 });
    try {
      const body = { task_type: 'imap_sync_mailboxes', target_credential_id: credential } as const;
      const tasks = await Promise.all(
        Array.from({ length: 12 }, () => shaky.tasks.create({ account_id: ACCOUNT, body })),
      );
      const labels = tasks.map(({ data }) => data.id);
      await Promise.all(labels.map((task_id) => shaky.tasks.trigger({ task_id })));
      for (const task_id of labels) {
        const jobs = [];
        await until(
          async () => (await shaky.jobs.list({ account_id: ACCOUNT, task_id: [task_id] })).data.length,
          (count) => count > 0,
        );
        for await (const { id } of shaky.jobs.list.each({ account_id: ACCOUNT, task_id: [task_id] })) jobs.push(id);
        expect(jobs).toHaveLength(1);
      }
      const mine = new Set(labels);
      const all = [];
      for await (const { id } of shaky.tasks.list.each({ account_id: ACCOUNT })) all.push(id);
      expect(all.filter((id) => mine.has(id))).toHaveLength(12);
      expect(new Set(labels).size).toBe(12);
      await Promise.all(labels.map((task_id) => shaky.tasks.delete({ task_id })));
    } finally {
      await stop();
    }
    expect(requests).toBeGreaterThan(40);
  });

  it('pages through a changing list, and returns each unchanged job once', async () => {
    const jobIds = Array.from({ length: 1_000 }, () => ids.next('job'));
    await seedJobs(stack, MANY, jobIds);
    await until(
      async () => (await client.jobs.stats({ account_id: MANY })).data.total,
      (total) => total === jobIds.length,
    );
    const deleted = new Set<string>();
    const met: string[] = [];
    for await (const { id } of client.jobs.search.each({ account_id: MANY, body: { limit: 50 } })) {
      met.push(id);
      if (met.length % 25 !== 0) continue;
      // A failure that occurred, and one of a later release.
      for (const other of [id, jobIds[Math.max(0, jobIds.length - 2 * met.length)] ?? id]) {
        if (deleted.has(other)) continue;
        deleted.add(other);
        await client.jobs.delete({ job_id: other });
      }
      await seedJobs(stack, MANY, [ids.next('job')]);
    }
    const lasting = jobIds.filter((id) => !deleted.has(id));
    expect(new Set(met).size).toBe(met.length);
    expect(lasting.filter((id) => !met.includes(id))).toEqual([]);
    expect(deleted.size).toBeGreaterThan(40);
  });

  it('waits for a task, a sync and a bulk operation', async () => {
    const { data: sync } = await client.sync.messages({ account_id: ACCOUNT, body: { credential_id: credential } });
    expect(await client.jobs.waitFor(sync.job_id)).toMatchObject({ status: 'succeeded' });
    expect(await client.tasks.waitFor(sync.task_id)).toMatchObject({ id: sync.job_id });
    const started = await client.bulk.start({
      account_id: ACCOUNT,
      body: { action: 'delete', job_ids: [sync.job_id], reason: 'test' },
    });
    if (!('id' in started.data)) throw new Error('it was a dry run');
    expect(await client.bulk.waitFor(started.data.id)).toMatchObject({ status: 'completed', done: 1 });
  });
});
