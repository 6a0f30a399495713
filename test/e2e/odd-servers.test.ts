/** Real servers' deviations from the standard, as jobs through the API of the running stack. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMailbox,
  defaultCapabilities,
  type ImapServerOptions,
  type Mailbox,
  type Script,
  type ScriptedReply,
} from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { everyItem, type Json, startTestStack } from '../fixtures/api.ts';
import { type MailCase, mailCase, sideBySide } from '../fixtures/mail-case.ts';
import { plainMessage } from '../fixtures/messages.ts';

const DONE = 'succeeded';
const WITHOUT_LIST_STATUS = defaultCapabilities.filter((name) => name !== 'LIST-STATUS');

let stack: Stack;
let accounts = 0;
const open: MailCase[] = [];

const messages = (count: number) => Array.from({ length: count }, (_, n) => ({ raw: plainMessage({ n: n + 1 }) }));
const box = (path: string, count = 1, wireName?: string): Mailbox =>
  createMailbox({ path, uidValidity: 7, messages: messages(count), ...(wireName === undefined ? {} : { wireName }) });

async function start(
  mailboxes: Mailbox[],
  options: Partial<ImapServerOptions> & { readonly password?: string } = {},
): Promise<MailCase> {
  accounts += 1;
  const made = await mailCase(stack, `acc_odd_${accounts}`, { mailboxes, ...options });
  open.push(made);
  return made;
}

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(async () => {
  await stack?.stop();
  for (const mail of open) await mail.close();
});

const lines = (...text: readonly string[]): ScriptedReply => ({ kind: 'lines', lines: text });
const edited = (edit: (line: string) => readonly string[]): ScriptedReply => ({ kind: 'edited', edit });
const editing =
  (names: readonly string[], edit: (line: string) => readonly string[]): Script =>
  ({ name }) =>
    names.includes(name) ? edited(edit) : { kind: 'normal' };

describe('a server that ends the connection instead of a greeting', () => {
  type Greeting = readonly [greeting: string, code: string, detail: string, password?: string];
  const GREETINGS: readonly Greeting[] = [
    ['* BYE [UNAVAILABLE] Try later', 'provider_unavailable', 'BYE [UNAVAILABLE] Try later'],
    ['* BYE [INUSE] Locked', 'provider_unavailable', 'BYE [INUSE] Locked'],
    ['* BYE [SERVERBUG] x', 'provider_unavailable', 'BYE [SERVERBUG] x'],
    ['* BYE Server is shutting down', 'provider_unavailable', 'BYE Server is shutting down'],
    ['* BYE [LIMIT] Goodbye', 'too_many_connections', 'BYE [LIMIT] Goodbye'],
    ['* BYE Too many connections', 'too_many_connections', 'BYE Too many connections'],
    ['* BYE [THROTTLED] x', 'rate_limited', 'BYE [THROTTLED] x'],
    ['* BYE', 'connection_closed', ''],
    ['* BYE Goodbye', 'connection_closed', 'BYE Goodbye'],
    ['* BYE [AUTHENTICATIONFAILED] Goodbye', 'connection_closed', 'Goodbye'],
    ['* BYE [X-NEW] Goodbye', 'connection_closed', 'Goodbye'],
    ['* BYE [UNAVAILABLE] a service is down', 'provider_unavailable', 'service is down', 'a'],
    ['* BYE [UNAVAILABLE] to be back at 10', 'provider_unavailable', 'be back at 10', 'to'],
  ];
  let outcomeOf: (each: Greeting) => Promise<Json>;
  beforeAll(() => {
    outcomeOf = sideBySide(GREETINGS, 4, async ([greeting, code, , password = 'secret']) =>
      (await start([box('INBOX')], { greeting, password })).failingSync(code),
    );
  });

  it.each(GREETINGS.map((each) => ({ greeting: each[0], code: each[1], each })))(
    '$greeting is $code',
    async ({ code, each }) => {
      const job = await outcomeOf(each);
      expect(job).toMatchObject({ status: 'retrying', last_error_code: code });
      expect(job.last_error_detail).toContain(each[2]);
    },
  );
});

describe('a sync stores every message', () => {
  const INBOXES = ['SELECT', 'EXAMINE', 'STATUS', 'LIST'];
  const uidNext = (value: string | null) =>
    editing(INBOXES, (line) => {
      if (value !== null) return [line.replace(/UIDNEXT \d+/, `UIDNEXT ${value}`)];
      return line.includes('[UIDNEXT') ? [] : [line.replace(/ ?UIDNEXT \d+/, '')];
    });
  const emptyStatus: Script = (command) =>
    command.name === 'STATUS' ? lines('* STATUS "INBOX" ()', '{tag} OK') : uidNext(null)(command);
  const fetched = (edit: (line: string) => readonly string[]) => editing(['UID FETCH'], edit);
  /** The items of a FETCH line in separate lines, each after the UID or only the first. */
  const inLines = (everywhere: boolean) =>
    fetched((line) => {
      const [, number, uid, flags, rest] = /^\* (\d+) FETCH \((UID \d+) (FLAGS \([^)]*\)) ?(.*)\)$/.exec(line) ?? [];
      if (number === undefined || rest === undefined) return [line];
      const again = everywhere ? `${uid} ` : '';
      return [`* ${number} FETCH (${uid} ${flags})`, ...(rest === '' ? [] : [`* ${number} FETCH (${again}${rest})`])];
    });
  const CASES: readonly (readonly [what: string, script: Script, capabilities: readonly string[]])[] = [
    ['where UIDNEXT is missing', uidNext(null), defaultCapabilities],
    ['where UIDNEXT is missing and STATUS is empty', emptyStatus, WITHOUT_LIST_STATUS],
    ['where UIDNEXT is 3', uidNext('3'), defaultCapabilities],
    ['where UIDNEXT is 3 and each state is asked for', uidNext('3'), WITHOUT_LIST_STATUS],
    ['where UIDNEXT is no number', uidNext('soon'), defaultCapabilities],
    ['that comes in several lines with the UID in each', inLines(true), defaultCapabilities],
    ['that comes in several lines with the UID in the first', inLines(false), defaultCapabilities],
  ];
  async function sync([, script, capabilities]: (typeof CASES)[number]) {
    const inbox = box('INBOX', 5);
    const mail = await start([inbox], { script, capabilities });
    const first = await mail.sync();
    const rows = await everyItem(mail.api, `${mail.base}/emails`);
    inbox.add({ raw: plainMessage({ n: 6 }) });
    inbox.expunge([2]);
    const second = await mail.sync();
    return { first, rows, second, uids: await mail.uids(), changes: mail.changes() };
  }
  let outcomeOf: (each: (typeof CASES)[number]) => ReturnType<typeof sync>;
  beforeAll(() => {
    outcomeOf = sideBySide(CASES, 4, sync);
  });

  it.each(CASES.map((each) => ({ what: each[0], each })))('$what', async ({ each }) => {
    const { first, rows, second, uids, changes } = await outcomeOf(each);
    expect(first).toMatchObject({ status: DONE, result: { added: 5, unreadable: 0, complete: true, refused: [] } });
    expect(rows.map(({ uid, subject }: Json) => [uid, subject]).sort()).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, `Message ${n}`]),
    );
    expect(second).toMatchObject({ status: DONE, result: { added: 1, removed: 1, complete: true } });
    expect(uids).toEqual({ INBOX: [1, 3, 4, 5, 6] });
    expect(changes).toEqual([]);
  });

  it('and invalid numbers become null', async () => {
    const mail = await start([box('INBOX', 2)], {
      script: fetched((line) => [
        line.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE NIL').replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE "soon"'),
      ]),
    });
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { added: 2, unreadable: 0, complete: true } });
    for (const row of await everyItem(mail.api, `${mail.base}/emails`))
      expect(row).toMatchObject({ size: null, internal_date: null, subject: expect.stringContaining('Message') });
  });
});

describe('a list of mailboxes', () => {
  it('without INBOX loses none of its mail', async () => {
    const mail = await start([box('INBOX', 2), box('A')], {
      script: editing(['LIST'], (line) => (line.endsWith('INBOX') || line.includes('"INBOX"') ? [] : [line])),
    });
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { folders: 2, added: 3, complete: true } });
    expect(await mail.run('imap_sync_mailboxes')).toMatchObject({ status: DONE, result: { missing: 0, removed: 0 } });
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { removed: 0, complete: true } });
    expect(await mail.uids()).toEqual({ INBOX: [1, 2], A: [1] });
  });

  it('with tabs in an unquoted name shows that name, and all others', async () => {
    const name = 'INBOX/Da\tOggetto\tRicevuto\t';
    const mail = await start([box('INBOX', 2), box(name, 1, name), box('Z')], {
      script: editing(['LIST'], (line) => [line.includes('Oggetto') ? `* LIST (\\HasNoChildren) "/" ${name}` : line]),
    });
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { folders: 3, added: 4, refused: [] } });
    expect(await mail.uids()).toEqual({ INBOX: [1, 2], 'INBOX/Da%09Oggetto%09Ricevuto%09': [1], Z: [1] });
    expect(await mail.sync({ folder: 'INBOX' })).toMatchObject({ status: DONE, result: { folders: 1 } });
  });

  type Damage = readonly [what: string, line: string];
  const DAMAGED: readonly Damage[] = [
    ['a string without an end', '* LIST (\\HasNoChildren) "/" "Cut'],
    ['a list without an end', '* LIST (\\HasNoChildren "/" Cut'],
    ['no delimiter', '* LIST () Cut'],
    ['no name', '* LIST () "/"'],
    ['a NUL', '* LIST () "/" "a\0b"'],
    ['a list as its name', '* LIST () "/" ((a) b'],
    ['nothing', '* LIST'],
  ];
  async function damaged([, line]: Damage) {
    const mailboxes = [box('INBOX', 2), box('A'), box('B')];
    const mail = await start(mailboxes, {});
    await mail.sync();
    mail.server.script = editing(['LIST'], (sent) =>
      sent.startsWith('* LIST') && /"?B"?$/.test(sent) ? [line] : [sent],
    );
    for (const mailbox of mailboxes) mailbox.add({ raw: plainMessage({ n: 50 }) });
    const all = await mail.sync();
    const named = await mail.sync({ folder: 'INBOX' });
    const listed = await mail.run('imap_sync_mailboxes');
    return { all, named, listed, uids: await mail.uids(), changes: mail.changes() };
  }
  let outcomeOf: (each: Damage) => ReturnType<typeof damaged>;
  beforeAll(() => {
    outcomeOf = sideBySide(DAMAGED, 4, damaged);
  });

  it.each(DAMAGED.map((each) => ({ what: each[0], each })))(
    'with a damaged line, $what, hides no stored mailbox',
    async ({ each }) => {
      const { all, named, listed, uids, changes } = await outcomeOf(each);
      expect(all).toMatchObject({ status: DONE, result: { added: 3, removed: 0, refused: [] } });
      expect(named).toMatchObject({ status: DONE, result: { folders: 1, removed: 0 } });
      expect(listed).toMatchObject({ status: DONE, result: { missing: 0, removed: 0 } });
      expect(uids).toEqual({ INBOX: [1, 2, 3], A: [1, 2], B: [1, 2] });
      expect(changes).toEqual([]);
    },
  );
});

describe('a name as the server spells it', () => {
  type Spelling = readonly [what: string, path: string, child: string];
  const SPELLINGS: readonly Spelling[] = [
    ['raw UTF-8', 'Räume', 'Räume/Neu'],
    ['a bare &', 'R&D', 'R&D/Neu'],
  ];
  const octets = (name: string): string => Buffer.from(name, 'utf8').toString('latin1');

  async function use([, path, child]: Spelling) {
    const mailboxes = [box('INBOX', 3), box(path, 1, path)];
    const mail = await start(mailboxes, {});
    const synced = await mail.sync();
    const uids = await mail.uids();
    const from = { folder: 'INBOX', uid_validity: 7 };
    const copied = await mail.run('imap_copy_messages', { ...from, uids: [1], target_folder: path });
    const moved = await mail.run('imap_move_messages', {
      ...from,
      uids: [2],
      target_folder: path,
      create_target: true,
    });
    const existing = await mail.run('imap_create_mailbox', { name: path });
    const kept = mail.names();
    const created = await mail.run('imap_create_mailbox', { name: 'Neu', parent: path });
    const withChild = mail.names();
    const deleted = await mail.run('imap_delete_mailbox', {
      folder: child,
      uid_validity: mailboxes.find(({ wireName }) => wireName === octets(child))?.uidValidity,
    });
    const renamed = await mail.run('imap_rename_mailbox', { folder: path, uid_validity: 7, name: 'Anders' });
    const inTarget = mailboxes[1]?.messages.length;
    const after = await mail.sync();
    const jobs = { synced, copied, moved, existing, created, deleted, renamed, after };
    return { jobs, uids, kept, withChild, names: mail.names(), inTarget, paths: await mail.uids() };
  }
  let outcomeOf: (each: Spelling) => ReturnType<typeof use>;
  beforeAll(() => {
    outcomeOf = sideBySide(SPELLINGS, 2, use);
  });

  it.each(SPELLINGS.map((each) => ({ what: each[0], each })))(
    '$what is used by every action, and no second mailbox is created',
    async ({ each }) => {
      const [, path, child] = each;
      const { jobs, uids, kept, withChild, names, inTarget, paths } = await outcomeOf(each);
      for (const [name, job] of Object.entries(jobs))
        expect([name, job.status, job.last_error_detail]).toEqual([name, DONE, null]);
      expect(jobs.synced.result).toMatchObject({ folders: 2, added: 4, refused: [], complete: true });
      expect(uids).toEqual({ INBOX: [1, 2, 3], [path]: [1] });
      expect(jobs.existing.result).toEqual({ path, created: false });
      expect(kept).toEqual(['INBOX', octets(path)]);
      expect(jobs.created.result).toEqual({ path: child, created: true });
      expect(withChild).toEqual(['INBOX', octets(path), octets(child)]);
      expect(inTarget).toBe(3);
      expect(names).toEqual(['INBOX', 'Anders']);
      expect(paths).toEqual({ INBOX: [1, 3], Anders: [1, 2, 3] });
    },
  );

  it('of a mailbox with a special use is used too, and that mailbox is not changed', async () => {
    const path = 'Entwürfe';
    const drafts = box(path, 1, path);
    const mail = await start([box('INBOX', 3), drafts]);
    await mail.sync();
    const from = { folder: 'INBOX', uid_validity: 7, target_folder: path, create_target: true };
    expect(await mail.run('imap_copy_messages', { ...from, uids: [1] })).toMatchObject({ status: DONE });
    expect(await mail.run('imap_move_messages', { ...from, uids: [2] })).toMatchObject({ status: DONE });
    const payload = { folder: path, uid_validity: 7 };
    for (const [action, more] of [
      ['imap_rename_mailbox', { name: 'Anders' }],
      ['imap_delete_mailbox', {}],
    ] as const) {
      const job = await mail.run(action, { ...payload, ...more });
      expect(job).toMatchObject({ status: 'failed', last_error_code: 'operation_not_allowed' });
    }
    expect(mail.names()).toEqual(['INBOX', octets(path)]);
    expect(drafts.messages).toHaveLength(3);
  });
});

it('messages far apart in a mailbox with gaps are removed together', async () => {
  const sparse = createMailbox({
    path: 'INBOX',
    uidValidity: 7,
    messages: messages(4).map(({ raw }, n) => ({ raw, uid: 1 + 50_000 * n })),
  });
  const mail = await start([sparse]);
  await mail.sync();
  expect(await mail.uids()).toEqual({ INBOX: [1, 50_001, 100_001, 150_001] });
  sparse.expunge([1, 150_001]);
  expect((await mail.sync()).result).toMatchObject({ removed: 2 });
  expect(await mail.uids()).toEqual({ INBOX: [50_001, 100_001] });
});
