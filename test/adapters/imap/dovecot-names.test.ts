/** Mailbox names on the disk of a real Dovecot, created by other programs. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Dovecot, startDovecot } from '../../fixtures/dovecot.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { itWithDovecot as it } from '../../fixtures/with-dovecot.ts';
import { connect, failureOf } from './world.ts';

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot?.stop());

/** A session of a user with one folder per name; the first has one message, the second two. */
async function sessionWith(user: string, names: readonly (string | Buffer)[]) {
  await dovecot.addUser(user, 'geheim99');
  const root = `${dovecot.mailDir(user)}/`;
  for (const [at, name] of names.entries()) {
    const messages = Array.from({ length: at + 1 }, (_, n) => plainMessage({ n: n + 1 }));
    await dovecot.deliver(user, `Plain${at}`, messages);
    renameSync(join(root, `.Plain${at}`), Buffer.concat([Buffer.from(`${root}.`), Buffer.from(name)]));
  }
  return connect({
    host: dovecot.host,
    port: dovecot.tlsPort,
    securityMode: 'ssl_tls',
    tlsCaPem: dovecot.caPem,
    authentication: { kind: 'password', username: user, password: 'geheim99' },
  });
}

it('a real Dovecot opens each mailbox by its listed name', async () => {
  const names = [
    'R&AOQ-ume',
    'R&-D',
    'B ',
    'say "hi"',
    'back\\slash',
    '50%*',
    '&Jjo-',
    '\\Seen',
    'NIL',
    '12:30',
    '[x]',
  ];
  const session = await sessionWith('names', names);
  const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
  expect(fault).toBeNull();
  const listed = new Map(mailboxes.map((each) => [each.name, each]));
  for (const [at, name] of names.entries()) {
    expect([name, listed.get(name)?.status?.messages]).toEqual([name, at + 1]);
    expect([name, (await session.select(name)).messages]).toEqual([name, at + 1]);
    expect([name, (await session.status(name)).messages]).toEqual([name, at + 1]);
  }
  expect(mailboxes.map(({ path }) => path)).toEqual(expect.arrayContaining(['Räume', 'R&D', '☺']));
});

it('a real Dovecot that lists names without a mailbox affects only those names', async () => {
  // It decodes names on the disk as modified UTF-7 and lists them in its own spelling, which is not on the disk.
  const session = await sessionWith('phantoms', ['Räume', 'R&D', Buffer.of(0x4c, 0xfc), 'Good']);
  const { mailboxes, fault } = await session.listMailboxes({ statuses: true });
  expect(fault).toBeNull();
  expect(mailboxes.find(({ path }) => path === 'Good')?.status?.messages).toBe(4);
  const phantom = mailboxes.find(({ path }) => path === 'Räume');
  expect(phantom).toMatchObject({ name: 'R&AOQ-ume', selectable: true, status: null });
  expect((await failureOf(session.select('R&AOQ-ume'))).code).toBe('mailbox_not_found');
  expect(await session.select('Good')).toMatchObject({ messages: 4 });
});
