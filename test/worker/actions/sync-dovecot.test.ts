import { afterAll, beforeAll, expect } from 'vitest';
import { type Dovecot, startDovecot } from '../../fixtures/dovecot.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { malformedMessages, plainMessage } from '../../fixtures/messages.ts';
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

test('a real Dovecot: first sync, no change, new mail with flags and expunges, new UIDVALIDITY', async () => {
  const malformed = malformedMessages().map(({ raw }) => raw);
  await dovecot.addUser('ann', 'secret');
  await dovecot.deliver('ann', 'INBOX', messages(1, 2000));
  await dovecot.deliver('ann', 'Projekte/Übersee', malformed);
  const world = await syncWorld(engine, {
    host: dovecot.host,
    port: dovecot.tlsPort,
    securityMode: 'ssl_tls',
    tlsCaPem: dovecot.caPem,
    authentication: { kind: 'password', username: 'ann', password: 'secret' },
  });
  const first = resultOf(await world.messages());
  expect(first).toMatchObject({ added: 2000 + malformed.length, removed: 0, complete: true, flags: 'exact' });
  expect((await world.stored()).length).toBe(2000 + malformed.length);

  const second = resultOf(await world.messages());
  expect(second).toMatchObject({ unchanged: second.folders, added: 0, updated: 0, removed: 0, moved: 0 });

  await dovecot.deliver('ann', 'INBOX', messages(3000, 20));
  await dovecot.doveadm('flags', 'add', '-u', 'ann', '\\Seen', 'mailbox', 'INBOX', 'uid', '100:149');
  await dovecot.doveadm('expunge', '-u', 'ann', 'mailbox', 'INBOX', 'uid', '200:229');
  const third = resultOf(await world.messages());
  expect(third).toMatchObject({ added: 20, updated: 50, removed: 30, unchanged: third.folders - 1, complete: true });

  await dovecot.resetUidValidity('ann', 'INBOX');
  expect(resultOf(await world.messages())).toMatchObject({ resets: 1, removed: 0, complete: true });
  expect((await world.stored()).length).toBe(1990 + malformed.length);
});
