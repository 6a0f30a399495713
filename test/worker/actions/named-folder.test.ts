/** A folder requested by its path, with a list that may not show it. */
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { NewMailbox } from '../../../functions/ports/mail-store.ts';
import { type Discovery, fromRecord } from '../../../functions/worker/actions/sync/discover.ts';
import { folderByName } from '../../../functions/worker/actions/sync/named-folder.ts';
import { startRun } from '../../../functions/worker/actions/sync/run.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { storedMailbox } from '../../fixtures/stored-mail.ts';
import { bareContext, bareSession, failed, selectedAs } from './bare-context.ts';

const record = (path: string, given: Partial<MailboxRecord> = {}): MailboxRecord => ({
  ...storedMailbox('pc_1', path),
  ...{ key: path.padStart(16, '0'), version: 1, doubt: 0, lastError: null, generation: 3 },
  ...given,
});
const DAMAGED = failed('protocol_error').failure;

/** `shown`: the mailboxes in the list; `stored`: all records; `there`: the only name that can be selected. */
async function find(given: {
  readonly shown?: readonly MailboxRecord[];
  readonly stored?: readonly MailboxRecord[];
  readonly damaged?: boolean;
  readonly there?: string;
  readonly refusal?: FailureCode;
}) {
  const { shown = [], stored = [], damaged = true, there, refusal = 'mailbox_not_found' } = given;
  const selected: string[] = [];
  const noted: string[] = [];
  const made: (NewMailbox & { readonly over: string | null })[] = [];
  const session = bareSession({
    nameFor: (path) => `wire ${path}`,
    async select(name) {
      selected.push(name);
      if (name !== there) throw failed(refusal);
      return selectedAs(name);
    },
  });
  const keep = (mailbox: NewMailbox, over: string | null): MailboxRecord => {
    made.push({ ...mailbox, over });
    return { ...mailbox, key: 'f'.repeat(16), version: 1, doubt: 0, lastError: null };
  };
  const mail = {
    ...noMail,
    mailboxes: async () => stored,
    addMailbox: async (mailbox: NewMailbox) => keep(mailbox, null),
    replaceMailbox: async (old: MailboxRecord, mailbox: NewMailbox) => keep(mailbox, old.key),
    noteError: async ({ path }: MailboxRecord, error: MailboxRecord['lastError']) =>
      void noted.push(`${path} ${error?.code}`),
  };
  const run = startRun({ folder: 'Büro', full: false }, bareContext({ mail, session: async () => session }));
  const discovery: Discovery = {
    plan: { present: [], added: [], missing: [], removed: [], renamed: [], unshown: [] },
    ...{ removed: [], fault: damaged ? DAMAGED : null, mailboxes: shown.map((each) => fromRecord(each, session)) },
  };
  const found = await folderByName(run, discovery, 'Büro').catch((error: unknown) => error);
  return { found, selected, noted, made };
}

describe('a folder requested by its path', () => {
  it('is the listed one', async () => {
    const there = record('Büro');
    expect(await find({ shown: [record('A'), there] })).toMatchObject({
      found: { record: there },
      selected: [],
      made: [],
    });
  });

  it('is not opened if it is listed as a container only, and the failure is stored', async () => {
    const { found, noted } = await find({ shown: [record('Büro', { selectable: false })] });
    expect(found).toMatchObject({ failure: { code: 'mailbox_not_selectable' } });
    expect(noted).toEqual(['Büro mailbox_not_selectable']);
  });

  it.each([
    ['stored if it has a record', [record('Büro')], ['Büro mailbox_not_found']],
    ['not stored if its record is of an earlier generation', [record('Büro', { generation: 2 })], []],
    ['not stored if it has no record', [], []],
  ])('is not found if a complete list does not show it, which is %s', async (_, stored, expected) => {
    const { found, noted, selected } = await find({ stored, damaged: false });
    expect(found).toMatchObject({ failure: { code: 'mailbox_not_found' } });
    expect([noted, selected]).toEqual([expected, []]);
  });

  it('is the stored one if a damaged list does not show it', async () => {
    const stored = record('Büro');
    expect(await find({ stored: [record('A'), stored] })).toMatchObject({ found: { record: stored }, selected: [] });
  });

  it('is the stored one with the selectable name, under whatever path', async () => {
    const alias = record('Büro (2)', { name: 'wire Büro' });
    const former = record('B', { name: 'wire Büro', generation: 2 });
    expect(await find({ stored: [former, alias], there: 'wire Büro' })).toMatchObject({
      ...{ found: { record: alias }, selected: ['wire Büro'], made: [] },
    });
  });

  it('gets a record if it can be selected, with the delimiter of INBOX', async () => {
    const shown = [record('A', { delimiter: '.' }), record('INBOX', { delimiter: '/' })];
    const { found, selected, made } = await find({ shown, there: 'Büro' });
    expect(selected).toEqual(['wire Büro', 'Büro']);
    expect(made).toMatchObject([
      { path: 'Büro', name: 'Büro', delimiter: '/', namespace: 'personal', selectable: true, former: [], over: null },
    ]);
    expect(found).toMatchObject({ listed: { name: 'Büro', path: 'Büro' } });
    expect((await find({ there: 'Büro' })).made).toMatchObject([{ delimiter: null }]);
  });

  it('replaces a record of an earlier generation, and not of a later one', async () => {
    const former = record('Büro', { generation: 2 });
    expect((await find({ stored: [former], there: 'wire Büro' })).made).toMatchObject([
      { over: former.key, former: [former.key] },
    ]);
    const later = await find({ stored: [record('Büro', { generation: 4 })], there: 'wire Büro' });
    expect(later.made).toMatchObject([{ over: null, former: [] }]);
  });

  it('gets a record beside the stored ones', async () => {
    const { made } = await find({ stored: [record('A')], there: 'wire Büro' });
    expect(made).toMatchObject([{ path: 'Büro', name: 'wire Büro', over: null }]);
  });

  it('is not tried in another spelling after a refusal that does not say that it is missing', async () => {
    const { found, selected } = await find({ there: 'Büro', refusal: 'permission_denied' });
    expect(found).toMatchObject({ failure: { code: 'permission_denied' } });
    expect(selected).toEqual(['wire Büro']);
  });

  it('is not found if none of its spellings can be selected', async () => {
    const { found, selected, made } = await find({});
    expect(found).toMatchObject({ failure: { code: 'mailbox_not_found' } });
    expect([selected, made]).toEqual([['wire Büro', 'Büro'], []]);
  });
});
