/** Folders of a real Dovecot that LIST shows but no command can open. */
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Dovecot, startDovecot } from '../../fixtures/dovecot.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { itWithDovecot as test } from '../../fixtures/with-dovecot.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
let dovecot: Dovecot;
beforeAll(async () => {
  [engine, dovecot] = await Promise.all([startDynoxide(), startDovecot()]);
});
afterAll(() => Promise.all([engine.stop(), dovecot.stop()]));

const messages = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => plainMessage({ n: from + at }));

test('a link to a file and a name that Dovecot does not allow affect only themselves', async () => {
  await dovecot.addUser('ann', 'secret');
  for (const [at, folder] of ['INBOX', 'Archive', '~old', 'zuletzt'].entries())
    await dovecot.deliver('ann', folder, messages(10 * at, 3));
  await writeFile(join(dovecot.mailDir('ann'), 'script.sieve'), 'keep;');
  await symlink('script.sieve', join(dovecot.mailDir('ann'), '.dovecot.sieve'));
  const world = await syncWorld(engine, {
    host: dovecot.host,
    port: dovecot.tlsPort,
    securityMode: 'ssl_tls',
    tlsCaPem: dovecot.caPem,
    authentication: { kind: 'password', username: 'ann', password: 'secret' },
  });
  const result = resultOf(await world.messages());
  expect(result).toMatchObject({ added: 9, complete: false, listing: 'whole', refused_count: 2 });
  // NO [SERVERBUG] Internal error, and NO [CANNOT].
  expect(result.refused).toEqual([
    { folder: 'dovecot/sieve', code: 'server_error' },
    { folder: '~old', code: 'operation_not_allowed' },
  ]);
  const rows = await world.stored();
  expect([...new Set(rows.map((row) => row.split(' ')[0]))].sort()).toEqual(['Archive', 'INBOX', 'zuletzt']);
  for (const { path, lastError } of await world.store.mailboxes(world.credentialId))
    expect([path, lastError?.code ?? null]).toEqual([
      path,
      result.refused.find(({ folder }) => folder === path)?.code ?? null,
    ]);
  await dovecot.deliver('ann', 'zuletzt', messages(100, 1));
  expect(resultOf(await world.messages())).toMatchObject({ added: 1, refused_count: 2 });
});
