/** Folders of a real Dovecot that LIST shows but no command can open, as jobs through the API of the running stack. */
import { symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { type Dovecot, startDovecot } from '../fixtures/dovecot.ts';
import { addCredential, syncMessages } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';
import { itWithDovecot, noDovecot } from '../fixtures/with-dovecot.ts';

const ACCOUNT = 'acc_dovecot_refused';
const BASE = `/api/accounts/${ACCOUNT}`;
const USER = 'ann';
/** NO [SERVERBUG] and NO [CANNOT]. */
const REFUSED = [
  { folder: 'dovecot/sieve', code: 'server_error' },
  { folder: '~old', code: 'operation_not_allowed' },
];

let stack: Stack;
let dovecot: Dovecot;
let api: Api;
let credential: string;

beforeAll(async () => {
  [stack, dovecot] = await Promise.all([startTestStack(), startDovecot()]);
  api = await apiOf(stack, ACCOUNT);
  await dovecot.addUser(USER, 'secret-of-ann');
  for (const [at, folder] of ['INBOX', 'Archive', '~old', 'zuletzt'].entries())
    await dovecot.deliver(
      USER,
      folder,
      [1, 2, 3].map((n) => plainMessage({ n: 10 * at + n })),
    );
  await writeFile(join(dovecot.mailDir(USER), 'script.sieve'), 'keep;');
  await symlink('script.sieve', join(dovecot.mailDir(USER), '.dovecot.sieve'));
  credential = await addCredential(api, ACCOUNT, {
    host: dovecot.host,
    port: dovecot.tlsPort,
    caPem: dovecot.caPem,
    username: USER,
    password: 'secret-of-ann',
  });
});
afterAll(async () => {
  await stack?.stop();
  await dovecot?.stop();
});

async function counts(): Promise<Json> {
  const rows = await everyItem(api, `${BASE}/emails?credential_id=${credential}`);
  const folders = Map.groupBy(rows, ({ folder }: Json) => String(folder));
  return Object.fromEntries([...folders].map(([folder, { length }]) => [folder, length]));
}

itWithDovecot('a link to a file and a name that Dovecot does not allow cost nothing but themselves', async () => {
  expect(await syncMessages(api, ACCOUNT, credential)).toMatchObject({
    status: 'succeeded',
    result: { added: 9, removed: 0, complete: false, listing: 'whole', refused_count: 2, refused: REFUSED },
  });
  expect(await counts()).toEqual({ INBOX: 3, Archive: 3, zuletzt: 3 });
  const inError = await everyItem(api, `${BASE}/mailboxes?in_error=true`);
  expect(
    inError.map(({ path, synced_messages: stored, last_error: error }: Json) => [
      path,
      stored,
      error.code,
      error.category,
    ]),
  ).toEqual([
    ['dovecot/sieve', 0, 'server_error', 'server'],
    ['~old', 0, 'operation_not_allowed', 'payload'],
  ]);
  const well = await everyItem(api, `${BASE}/mailboxes?in_error=false`);
  expect(well.flatMap(({ last_error: error }: Json) => (error === null ? [] : [error]))).toEqual([]);
});

itWithDovecot('the folders behind them stay in step', async () => {
  await dovecot.deliver(USER, 'zuletzt', [plainMessage({ n: 100 })]);
  expect(await syncMessages(api, ACCOUNT, credential)).toMatchObject({
    status: 'succeeded',
    result: { added: 1, removed: 0, refused_count: 2 },
  });
  expect(await counts()).toEqual({ INBOX: 3, Archive: 3, zuletzt: 4 });
});

it.skipIf(noDovecot).each(REFUSED)(
  `a job that asks for $folder by name says $code${noDovecot}`,
  async ({ folder, code }) => {
    const { body } = await api.post(`${BASE}/imap/sync-messages`, { credential_id: credential, folder });
    const job = await until(
      async () => (await api.get(`/api/jobs/${body.data.job_id}`)).body.data,
      ({ last_error_code: last }) => last !== null,
    );
    expect(job).toMatchObject({ last_error_code: code, result: null });
    expect(['failed', 'retrying']).toContain(job.status);
    if (job.status === 'retrying') await api.post(`/api/jobs/${job.id}/resolve`, { note: 'seen' });
  },
);

itWithDovecot('a folder that can be opened again is stored, and is in error no more', async () => {
  await unlink(join(dovecot.mailDir(USER), '.dovecot.sieve'));
  await dovecot.deliver(USER, 'dovecot/sieve', [plainMessage({ n: 200 })]);
  expect(await syncMessages(api, ACCOUNT, credential, { folder: 'dovecot/sieve' })).toMatchObject({
    status: 'succeeded',
    result: { added: 1, refused: [], complete: true },
  });
  expect(await counts()).toEqual({ INBOX: 3, Archive: 3, 'dovecot/sieve': 1, zuletzt: 4 });
  expect((await everyItem(api, `${BASE}/mailboxes?in_error=true`)).map(({ path }: Json) => path)).toEqual(['~old']);
});
