/**
 * A problem of one folder affects only that folder: each kind of failure, as jobs through the API of the running
 * stack.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox, type ScriptedReply } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Json, startTestStack } from '../fixtures/api.ts';
import { type MailCase, mailCase, sideBySide } from '../fixtures/mail-case.ts';
import { byMailbox, type MailboxReply } from '../fixtures/mailbox-script.ts';
import { plainMessage } from '../fixtures/messages.ts';

/** Instead of 20 s. */
const SILENCE_MS = 4_000;
const BAD = 'B ';
const PATHS = ['INBOX', 'A', BAD, 'C', 'D'];
const DONE = 'succeeded';

const lines = (...text: readonly string[]): ScriptedReply => ({ kind: 'lines', lines: text });
const no = (text: string): ScriptedReply => lines(`{tag} NO ${text}`);
const drop: ScriptedReply = { kind: 'drop' };
const silence: ScriptedReply = { kind: 'silence' };

type Way = readonly [name: string, reply: ScriptedReply, code: string];

const WAYS: readonly Way[] = [
  ['NO [CANNOT]', no('[CANNOT] Invalid mailbox name'), 'operation_not_allowed'],
  ['NO [SERVERBUG] Internal error', no('[SERVERBUG] Internal error occurred. Refer to server log'), 'server_error'],
  ['NO [INUSE]', no('[INUSE] Mailbox in use'), 'mailbox_in_use'],
  ['NO [UNAVAILABLE]', no('[UNAVAILABLE] Not now'), 'provider_unavailable'],
  ['NO [LIMIT]', no('[LIMIT] Mailbox is too large'), 'limit_reached'],
  ['NO', no('Something'), 'command_failed'],
  ['a closed connection', drop, 'connection_closed'],
  ['silence', silence, 'provider_timeout'],
];
const EXAMINED: readonly Way[] = [
  ["NO Mailbox isn't selectable", no("Mailbox isn't selectable"), 'mailbox_not_selectable'],
  ['NO Try again later', no('Mailbox is locked, try again later'), 'provider_unavailable'],
  ['NO [CORRUPTION]', no('[CORRUPTION] Index broken'), 'mailbox_corrupt'],
  ['NO [NOPERM]', no('[NOPERM] Access denied'), 'permission_denied'],
  ['BAD', lines('{tag} BAD Something'), 'command_rejected'],
  ['BYE', lines('* BYE Something'), 'connection_closed'],
  ['no UIDVALIDITY', lines('* 2 EXISTS', '* OK [UIDNEXT 3] x', '{tag} OK [READ-ONLY] done'), 'protocol_error'],
];
const READ = WAYS.filter(([way]) => !['NO [INUSE]', 'NO'].includes(way));
const CASES = [
  ...[...WAYS, ...EXAMINED].map((way) => ({ command: 'EXAMINE', way })),
  ...READ.map((way) => ({ command: 'UID FETCH', way })),
  ...READ.map((way) => ({ command: 'UID SEARCH', way })),
].map(({ command, way: [way, reply, code] }) => ({ command, way, reply, code }));

let stack: Stack;
let accounts = 0;
const open: MailCase[] = [];

const mailboxesOf = (paths: readonly string[] = PATHS): Mailbox[] =>
  paths.map((path, at) =>
    createMailbox({ path, uidValidity: 7, messages: [1, 2].map((n) => ({ raw: plainMessage({ n: 10 * at + n }) })) }),
  );

async function start(mailboxes: Mailbox[], reply: MailboxReply | null): Promise<MailCase> {
  accounts += 1;
  const made = await mailCase(stack, `acc_broken_${accounts}`, {
    mailboxes,
    ...(reply === null ? {} : { script: byMailbox(reply) }),
  });
  open.push(made);
  return made;
}

/** The bad folder's failure in a sync of all folders, and in a sync of that folder by name. */
async function fail({ command, reply, code }: (typeof CASES)[number]) {
  const mailboxes = mailboxesOf();
  const mail = await start(mailboxes, null);
  const isLater = command === 'UID SEARCH';
  if (isLater) await mail.sync();
  for (const mailbox of isLater ? mailboxes : []) mailbox.add({ raw: plainMessage({ n: 99 }) });
  mail.server.script = byMailbox((name, mailbox) => (name === command && mailbox === BAD ? reply : null));
  const all = await mail.sync({ full: isLater });
  const [uids, shown, inError] = await Promise.all([
    mail.uids(),
    mail.mailboxes(),
    mail.mailboxes(`&last_error_code=${code}&in_error=true`),
  ]);
  const named = await mail.failingSync(code, { folder: BAD, full: isLater });
  return { mail, all, uids, shown, inError, named, isLater };
}

let outcomeOf: (each: (typeof CASES)[number]) => ReturnType<typeof fail>;
beforeAll(async () => {
  stack = await startTestStack(null, { imapSilenceMs: SILENCE_MS });
  outcomeOf = sideBySide(CASES, 4, fail);
});
afterAll(async () => {
  await stack?.stop();
  for (const mail of open) await mail.close();
});

describe('a sync of all folders skips a bad folder, and a sync of it by name fails', () => {
  it.each(CASES)('$command answered by $way', async (each) => {
    const { code } = each;
    const { mail, all, uids, shown, inError, named, isLater } = await outcomeOf(each);
    expect(all).toMatchObject({
      status: DONE,
      result: {
        folders: 5,
        removed: 0,
        refused: [{ folder: BAD, code }],
        refused_count: 1,
        complete: false,
        listing: 'whole',
        unreadable: 0,
      },
    });
    const stored = isLater ? [1, 2, 3] : [1, 2];
    const { [BAD]: bad = [], ...well } = uids;
    expect(well).toEqual({ INBOX: stored, A: stored, C: stored, D: stored });
    expect(bad).toEqual(isLater ? [1, 2] : []);
    expect(shown.map(({ path, last_error: error }: Json) => [path, error?.code ?? null])).toEqual(
      ['A', BAD, 'C', 'D', 'INBOX'].map((path) => [path, path === BAD ? code : null]),
    );
    expect(inError.map(({ path }: Json) => path)).toEqual([BAD]);
    expect(named).toMatchObject({ last_error_code: code, result: null });
    expect(['failed', 'retrying']).toContain(named.status);
    expect(mail.changes()).toEqual([]);
    expect(mail.names()).toEqual(PATHS);
  });
});

it('a folder that answers later than the limit of silence affects only itself', async () => {
  const mail = await start(mailboxesOf(), null);
  // The same ratio as 25 s to the usual 20 s.
  const scripted = byMailbox((name, mailbox) => (name === 'EXAMINE' && mailbox === BAD ? silence : null));
  mail.server.script = async (command) => {
    const reply = await scripted(command);
    if (reply.kind === 'silence') await pause(1.25 * SILENCE_MS);
    return { kind: 'normal' };
  };
  expect(await mail.sync()).toMatchObject({
    status: DONE,
    result: { refused: [{ folder: BAD, code: 'provider_timeout' }], complete: false },
  });
  expect(Object.keys(await mail.uids()).sort()).toEqual(['A', 'C', 'D', 'INBOX']);
});

describe('several folders that fail at once', () => {
  it('have their own codes, INBOX too, and the rest is stored', async () => {
    const replies = new Map([
      ['INBOX', no('[SERVERBUG] Internal error')],
      ['A', drop],
      [BAD, no('[CANNOT] Invalid mailbox name')],
      ['D', lines('{tag} BAD Something')],
    ]);
    const mail = await start(mailboxesOf(), (name, mailbox) =>
      name === 'EXAMINE' ? (replies.get(mailbox) ?? null) : null,
    );
    const job = await mail.sync();
    const codes = {
      INBOX: 'server_error',
      A: 'connection_closed',
      [BAD]: 'operation_not_allowed',
      D: 'command_rejected',
    };
    expect(job).toMatchObject({ status: DONE, result: { refused_count: 4, complete: false } });
    expect(Object.fromEntries(job.result.refused.map(({ folder, code }: Json) => [folder, code]))).toEqual(codes);
    const inError = await mail.mailboxes('&in_error=true');
    expect(Object.fromEntries(inError.map(({ path, last_error: error }: Json) => [path, error.code]))).toEqual(codes);
    expect(await mail.uids()).toEqual({ C: [1, 2] });
  });

  it('with one transient code three times in a row affect only themselves while another folder is served', async () => {
    const mail = await start(mailboxesOf(), (name, mailbox) =>
      name === 'EXAMINE' && ['A', BAD, 'C'].includes(mailbox) ? no('[UNAVAILABLE] Not now') : null,
    );
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { refused_count: 3, complete: false } });
    expect(await mail.uids()).toEqual({ INBOX: [1, 2], D: [1, 2] });
  });

  it.each([
    ['for good', no('[CANNOT] Invalid mailbox name'), 'operation_not_allowed', 'failed'],
    ['for a moment', no('[UNAVAILABLE] Not now'), 'provider_unavailable', 'retrying'],
    ['by closed connections', drop, 'connection_closed', 'retrying'],
  ])('fail the job if all of them %s, and stored messages stay', async (_, reply, code, status) => {
    const mailboxes = mailboxesOf();
    const mail = await start(mailboxes, null);
    await mail.sync();
    const before = await mail.uids();
    for (const mailbox of mailboxes) mailbox.add({ raw: plainMessage({ n: 99 }) });
    mail.server.script = byMailbox((name) => (name === 'EXAMINE' ? reply : null));
    expect(await mail.failingSync(code)).toMatchObject({ status, last_error_code: code, result: null });
    expect(await mail.uids()).toEqual(before);
    expect(mail.changes()).toEqual([]);
  });
});
