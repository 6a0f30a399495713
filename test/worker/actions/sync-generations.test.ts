/**
 * A credential that leads to another mailbox now: synced messages of the previous one are not shown for the new one.
 */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import { createMailbox, type Mailbox, startImapServer } from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const COUNT = 20;
/** Two users whose INBOXes have equal numbers, and a folder that only the first one has. */
const mailboxesOf = (first: number): Mailbox[] => [
  createMailbox({
    path: 'INBOX',
    uidValidity: 7,
    messages: Array.from({ length: COUNT }, (_, n) => ({ raw: plainMessage({ n: first + n }) })),
  }),
];

let mailboxes: Mailbox[];
let world: Awaited<ReturnType<typeof syncWorld>>;

beforeEach(async () => {
  mailboxes = [
    ...mailboxesOf(1000),
    createMailbox({ path: 'Private', uidValidity: 7, messages: [{ raw: plainMessage({ n: 1 }) }] }),
  ];
  const server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes }],
    tls: 'none',
  });
  onTestFinished(() => server.close());
  world = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
});

const change = (first: number): void => void mailboxes.splice(0, mailboxes.length, ...mailboxesOf(first));
const page = () => world.store.emails({ scope: { credential: world.credentialId }, limit: 500, after: null });
const subjects = async () => (await page()).items.map(({ message }) => message.subject);
const paths = async () => (await world.store.mailboxes(world.credentialId)).map(({ path }) => path).sort();

test('mailboxes with equal numbers are different after a rotation: everything is new, and nothing old is left', async () => {
  await world.messages();
  const before = await page();
  change(5000);
  expect(resultOf(await world.messages({}, { generation: 2 }))).toMatchObject({
    added: COUNT,
    removed: 0,
    resets: 1,
    complete: true,
  });
  const shown = await subjects();
  expect(shown).toHaveLength(COUNT);
  expect(shown).not.toContain(before.items[0]?.message.subject);
  expect(await paths()).toEqual(['INBOX']);
  for (const { message } of before.items) {
    expect(await world.store.knownUids(message, 1, COUNT)).toEqual([]);
    expect(await world.store.email(encodeEmailId(message))).toBeNull();
  }
  expect(resultOf(await world.messages({}, { generation: 2 }))).toMatchObject({ added: 0, resets: 0, unchanged: 1 });
});

test('a list of mailboxes is enough to hide the previous ones', async () => {
  await world.messages();
  change(5000);
  expect(await world.mailboxes({ generation: 2 })).toMatchObject({ result: { added: 1, removed: 1, missing: 0 } });
  expect(await subjects()).toEqual([]);
  expect(resultOf(await world.messages({}, { generation: 2 }))).toMatchObject({ added: COUNT });
});

test('a job for the previous generation of a credential changes nothing in the present mailbox', async () => {
  await world.messages();
  change(5000);
  await world.messages({}, { generation: 2 });
  const shown = await subjects();
  await expect(world.messages({}, { generation: 1 })).rejects.toMatchObject({
    failure: { code: 'credential_changed' },
  });
  expect(await subjects()).toEqual(shown);
});

test('old rows that there is no time to erase are hidden, and a later run erases them', async () => {
  await world.messages();
  const [old] = await world.store.mailboxes(world.credentialId);
  change(5000);
  const mail = { ...world.store, eraseMessages: async () => false };
  let asked = 0;
  const remainingMs = () => (++asked > 8 ? 0 : 60_000);
  const outcome = await world.messages({}, { generation: 2, mail, remainingMs });
  expect(await subjects()).toHaveLength(COUNT);
  if (outcome.kind !== 'yielded') throw new Error(outcome.kind);
  expect(resultOf(await world.messages({}, { generation: 2, checkpoint: outcome.checkpoint }))).toMatchObject({
    added: COUNT,
  });
  const generation = { mailboxKey: old?.key ?? '', uidValidity: 7 };
  expect(await world.store.knownUids(generation, 1, COUNT)).toEqual([]);
});

test('a running sync of the old generation cannot store its record', async () => {
  await world.messages();
  change(5000);
  let meanwhile = 0;
  const mail: typeof world.store = {
    ...world.store,
    replaceMailbox: async (record, mailbox) => {
      meanwhile += 1;
      if (meanwhile === 1) await world.store.putMailbox(record);
      return world.store.replaceMailbox(record, mailbox);
    },
  };
  expect(resultOf(await world.messages({}, { generation: 2, mail }))).toMatchObject({ added: COUNT, resets: 1 });
  expect((await world.store.mailboxes(world.credentialId)).map(({ generation }) => generation)).toEqual([2]);
});
