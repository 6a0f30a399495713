/** The mailbox and the messages of an action, on the server and in the store. */
import { describe, expect, it } from 'vitest';
import { formatUidSet } from '../../../functions/domain/sync/uid-set.ts';
import { identify, openSource } from '../../../functions/worker/actions/messages/source.ts';
import { selectedAs } from './bare-context.ts';
import { codeOf, type Given, HOME, onServer, record, world } from './transfer-world.ts';

describe('the source of an action', () => {
  const open = (given: Given, folder = 'INBOX', uid_validity = 7) =>
    openSource(world(given).context, { folder, uid_validity }, 'write');

  it('is the stored mailbox of its path, selected for read or write access', async () => {
    const { context, asked } = world();
    const source = await openSource(context, { folder: 'inbox', uid_validity: 7 }, 'write');
    expect(source).toMatchObject({ path: 'INBOX', access: 'write', record: HOME });
    expect(source.records).toHaveLength(2);
    expect(asked).toEqual(['select INBOX write']);
    const other = world({ session: { select: async () => selectedAs('wire INBOX') } });
    expect(await openSource(other.context, { folder: 'INBOX', uid_validity: 7 }, 'read')).toMatchObject({
      record: HOME,
    });
    await openSource(context, { folder: 'INBOX', uid_validity: 7 }, 'read');
    expect(asked.at(-1)).toBe('select INBOX read');
  });

  it('must have the UIDVALIDITY that the job was made for', async () => {
    expect(await codeOf(open({}, 'INBOX', 8))).toBe('uidvalidity_changed');
  });

  it('is the stored mailbox with the selected name, under its stored path', async () => {
    const alias = record('Entwürfe (2)', { name: 'wire Entwürfe' });
    expect(await open({ records: [HOME, alias] }, 'Entwürfe')).toMatchObject({ path: 'Entwürfe (2)', record: alias });
  });

  it('has no record if neither path nor name is stored', async () => {
    expect(await open({ records: [HOME] }, 'Neu')).toMatchObject({ path: 'Neu', record: null });
  });

  it('is not a mailbox of an earlier credential generation', async () => {
    expect(await open({ records: [{ ...HOME, generation: 2 }] })).toMatchObject({ record: null, records: [] });
  });
});

describe('the messages of an action', () => {
  it('are those that exist, with the stored data of all', async () => {
    const { context, source, asked, looked } = world();
    const { present, missing, identities } = await identify(context, source, [2, 3]);
    expect([formatUidSet(present), formatUidSet(missing), [...identities.keys()]]).toEqual(['2:3', '', [2, 3]]);
    expect(asked).toEqual(['fetch 2:3']);
    expect(looked).toEqual([{ mailboxKey: HOME.key, uidValidity: 7 }]);
  });

  it('are missing if the server does not have them any more, although they are stored', async () => {
    const session = { fetchMessages: async () => [onServer(2)] };
    const { context, source } = world({ session });
    const { present, missing, identities } = await identify(context, source, [2, 4, 9]);
    expect([formatUidSet(present), formatUidSet(missing), [...identities.keys()]]).toEqual(['2', '4,9', [2, 4]]);
  });

  it.each([
    ['by its Message-ID', { messageId: '<other@x>' }],
    ['by its date', { internalDate: '2026-01-01T00:00:00.000Z' }],
    ['by a missing Message-ID', { messageId: null }],
  ])('are not changed if one UID names another message now: %s', async (_, given) => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(2), onServer(3, given)] } });
    expect(await codeOf(identify(context, source, [2, 3]))).toBe('message_mismatch');
  });

  it('are the same by Message-ID and date, even with another size', async () => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(2, { size: 1 })] } });
    expect(formatUidSet((await identify(context, source, [2])).present)).toBe('2');
  });

  it('are not changed if no sync has seen one, or the mailbox', async () => {
    const { context, source } = world({ session: { fetchMessages: async () => [onServer(9)] } });
    expect(await codeOf(identify(context, source, [9]))).toBe('message_mismatch');
    const unseen = world();
    expect(await codeOf(identify(unseen.context, { ...unseen.source, record: null }, [2]))).toBe('message_mismatch');
  });
});
