/** A mailbox under another path: recognised with proof, and never by its numbers alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import { createMailbox, defaultCapabilities, type Mailbox } from '../../../local/imap/server.ts';
import { account, imapServer, message, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { EXCHANGE } from '../../fixtures/provider-profiles.ts';
import { actionWorld, succeeded } from './action-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

/** Mailboxes with equal numbers, as on Exchange, and different messages. */
const mailbox = (path: string, first: number, count = 6): Mailbox =>
  createMailbox({
    path,
    uidValidity: 14,
    messages: Array.from({ length: count }, (_, n) => message(first + n)),
  });

async function start(capabilities: readonly string[], ...mailboxes: Mailbox[]) {
  const all = [mailbox('INBOX', 1, 3), ...mailboxes];
  const options = { capabilities, ...account(...all) };
  const server = await imapServer(options);
  const world = await actionWorld(engine, settingsFor(server));
  const stored = async () =>
    (await world.store.emails({ scope: { credential: world.credentialId }, limit: 500, after: null })).items
      .map(({ message, mailbox: { path } }) => ({
        emailId: encodeEmailId(message),
        row: `${path} ${message.messageId}`,
      }))
      .sort((one, other) => (one.emailId < other.emailId ? -1 : 1));
  const served = () => options.accounts[0]?.mailboxes ?? [];
  return { server, world, stored, served, before: await stored() };
}

const idsOf = (rows: readonly { readonly emailId: string }[]) => rows.map(({ emailId }) => emailId);

describe('our own rename', () => {
  test.each([
    ['with mod-sequences', defaultCapabilities],
    ['without', EXCHANGE],
  ])('moves the stored records of the mailbox and its children at once: %s', async (_, capabilities) => {
    const { world, stored, before } = await start(capabilities, mailbox('Alt', 10), mailbox('Alt/Kind', 20, 4));
    const rename = { folder: 'Alt', uid_validity: 14, name: 'Neu' };
    succeeded(await world.job('imap_rename_mailbox', rename).attempt());
    const after = await stored();
    expect(idsOf(after)).toEqual(idsOf(before));
    expect(after.map(({ row }) => row)).toEqual(before.map(({ row }) => row.replace(/^Alt/, 'Neu')));
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, missing: 0, renamed: 0, mailboxes: 3 } });
    expect(resultOf(await world.messages())).toMatchObject({ added: 0, removed: 0, resets: 0 });
  });
});

describe('a rename by another client', () => {
  test('without mod-sequences is proven by messages', async () => {
    const alt = mailbox('Alt', 10);
    const { world, stored, before } = await start(EXCHANGE, alt);
    alt.rename('Neu');
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, missing: 0, renamed: 1 } });
    expect(resultOf(await world.messages())).toMatchObject({ added: 0 });
    expect(idsOf(await stored())).toEqual(idsOf(before));
  });

  test('of two mailboxes with equal numbers is resolved by their messages', async () => {
    const [one, other] = [mailbox('One', 10), mailbox('Other', 20)];
    const { world, stored, before } = await start(EXCHANGE, one, other);
    one.rename('Uno');
    other.rename('Altro');
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, missing: 0, renamed: 2 } });
    const names = { One: 'Uno', Other: 'Altro', INBOX: 'INBOX' };
    const expected = before.map(({ row }) => row.replace(/^\w+/, (path) => Reflect.get(names, path)));
    expect((await stored()).map(({ row }) => row)).toEqual(expected);
  });

  test('is refused when the messages differ, or one of the sample does', async () => {
    const alt = mailbox('Alt', 10);
    const { world, served } = await start(EXCHANGE, alt);
    const imposter = createMailbox({
      path: 'Neu',
      uidValidity: 14,
      messages: [...[10, 11, 12, 13, 14].map((n) => message(n)), message(99)],
    });
    served().splice(1, 1, imposter);
    expect(await world.mailboxes()).toMatchObject({ result: { added: 1, missing: 1, renamed: 0 } });
  });

  test('is proven by the mailbox id, whatever has changed in it since', async () => {
    const alt = mailbox('Alt', 10);
    const { world, stored, before } = await start([...defaultCapabilities, 'OBJECTID'], alt);
    alt.rename('Neu');
    alt.add(message(50));
    alt.expunge([1]);
    expect(await world.mailboxes()).toMatchObject({ result: { added: 0, missing: 0, renamed: 1 } });
    expect(resultOf(await world.messages())).toMatchObject({ added: 1, removed: 1 });
    expect(idsOf(await stored()).filter((id) => idsOf(before).includes(id))).toHaveLength(before.length - 1);
  });

  test('is refused when the ids differ, even with the same messages', async () => {
    const alt = mailbox('Alt', 10);
    const { world, served } = await start([...EXCHANGE, 'OBJECTID'], alt);
    served().splice(1, 1, mailbox('Neu', 10));
    expect(await world.mailboxes()).toMatchObject({ result: { added: 1, missing: 1, renamed: 0 } });
  });
});
