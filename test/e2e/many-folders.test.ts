/** 300 folders on a server without LIST-STATUS, as jobs through the API of the running stack. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMailbox, defaultCapabilities, type Script, type ScriptedReply } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { answered, type Json, startTestStack, until } from '../fixtures/api.ts';
import { type MailCase, mailCase } from '../fixtures/mail-case.ts';
import { byMailbox } from '../fixtures/mailbox-script.ts';
import { plainMessage } from '../fixtures/messages.ts';

const DONE = 'succeeded';
const PATHS = ['INBOX', ...Array.from({ length: 299 }, (_, n) => `F${String(n).padStart(3, '0')}`)];
/** Instead of 20 s. */
const SILENCE_MS = 4_000;

const lines = (...text: readonly string[]): ScriptedReply => ({ kind: 'lines', lines: text });

let stack: Stack;
const open: MailCase[] = [];

/** `count`: number of messages in each folder. */
async function start(account: string, count: number, script: Script): Promise<MailCase> {
  const messages = Array.from({ length: count }, (_, n) => ({ raw: plainMessage({ n }) }));
  const made = await mailCase(stack, account, {
    mailboxes: PATHS.map((path) => createMailbox({ path, uidValidity: 7, messages })),
    capabilities: defaultCapabilities.filter((name) => name !== 'LIST-STATUS'),
    script,
  });
  open.push(made);
  return made;
}

beforeAll(async () => {
  stack = await startTestStack(null, { imapSilenceMs: SILENCE_MS });
});
afterAll(async () => {
  await stack?.stop();
  for (const mail of open) await mail.close();
});

describe('an account in which every fifth folder cannot be opened', () => {
  const BROKEN = new Map([
    [3, ['NO [CANNOT] x', 'operation_not_allowed']],
    [7, ['NO [SERVERBUG] x', 'server_error']],
  ]);
  const broken = (path: string) => (path.startsWith('F') ? BROKEN.get(Number(path.slice(1)) % 10) : undefined);
  let mail: MailCase;
  beforeAll(async () => {
    mail = await start(
      'acc_many_broken',
      1,
      byMailbox((name, mailbox) => {
        const reply = name === 'EXAMINE' ? broken(mailbox) : undefined;
        return reply === undefined ? null : lines(`{tag} ${reply[0]}`);
      }),
    );
  });

  it('sends no STATUS when INBOX is requested by name', async () => {
    expect(await mail.sync({ folder: 'INBOX' })).toMatchObject({ status: DONE, result: { folders: 1, added: 1 } });
    const sent = mail.server.log.map(({ name }) => name);
    expect(sent.filter((name) => name === 'STATUS')).toEqual([]);
    expect(sent.filter((name) => name === 'EXAMINE')).toHaveLength(1);
  });

  it('stores everything readable and counts the rest', async () => {
    const job = await mail.sync();
    expect(job).toMatchObject({
      status: DONE,
      result: { folders: 300, added: 239, refused_count: 60, complete: false },
    });
    expect(job.result.refused.length).toBeLessThanOrEqual(20);
    expect(Object.keys(await mail.uids())).toHaveLength(240);
  });

  it('is listed by the errors of its folders, completely and in order over many pages', async () => {
    const codeOf = (path: string): string | null => broken(path)?.[1] ?? null;
    const expected = (holds: (code: string | null) => boolean) => PATHS.filter((path) => holds(codeOf(path))).sort();
    for (const [filter, holds] of [
      ['&in_error=true', (code: string | null) => code !== null],
      ['&in_error=false', (code: string | null) => code === null],
      ['&last_error_code=server_error', (code: string | null) => code === 'server_error'],
      ['&last_error_code=server_error&last_error_code=operation_not_allowed', (code: string | null) => code !== null],
      ['&last_error_code=mailbox_in_use', () => false],
      ['&in_error=false&last_error_code=server_error', () => false],
    ] as const) {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = `${mail.base}/mailboxes?limit=25${filter}${after}`;
        const { body } = await answered(() => mail.api.get(page));
        expect(body.data.length).toBeLessThanOrEqual(25);
        found.push(...body.data.map(({ path }: Json) => path));
        cursor = body.page.next_cursor;
      } while (cursor !== null);
      expect([filter, found]).toEqual([filter, expected(holds)]);
    }
  });
});

describe('a round over folders whose status is requested one by one', () => {
  let mail: MailCase;
  /** Mailboxes in the order of the requests. */
  const asked: string[] = [];
  /** How many STATUS commands the server answers before it disappears. */
  let served = Number.POSITIVE_INFINITY;
  const SLOW = 'F100';
  let isSlow = false;
  const gone: ScriptedReply = { kind: 'drop' };

  beforeAll(async () => {
    mail = await start(
      'acc_many_rounds',
      0,
      byMailbox((name, mailbox) => {
        if (asked.length > served && /LOGIN|AUTHENTICATE/.test(name)) return gone;
        if (name !== 'STATUS') return null;
        asked.push(mailbox);
        if (isSlow && mailbox === SLOW) return { kind: 'silence' };
        return asked.length > served ? gone : null;
      }),
    );
    expect(await mail.sync()).toMatchObject({ status: DONE, result: { folders: 300, complete: true } });
  });
  beforeEach(() => {
    asked.length = 0;
    served = Number.POSITIVE_INFINITY;
    isSlow = false;
  });
  const jobThat = async (id: string, holds: (job: Json) => boolean): Promise<Json> => {
    const { body } = await until(
      () => mail.api.get(`/api/jobs/${id}`),
      ({ status, body: reply }) => status === 200 && holds(reply.data),
      250,
    );
    return body.data;
  };
  /** An attempt that the server ends after this many STATUS commands, and the next one, in which it answers all. */
  async function twoAttempts(action: string, states: number) {
    served = states;
    const id = await mail.begin(action);
    const broken = await jobThat(id, ({ status }) => status === 'retrying');
    const first = asked.splice(0);
    served = Number.POSITIVE_INFINITY;
    // Its own next attempt may have begun by now: then there is nothing to retry.
    expect([202, 409]).toContain((await answered(() => mail.api.post(`/api/jobs/${id}/retry`))).status);
    const job = await jobThat(id, ({ status }) => status === 'succeeded' || status === 'failed');
    return { broken, first, job, second: asked.splice(0) };
  }

  it.each(['imap_sync_messages', 'imap_sync_mailboxes'])(
    'continues an attempt of %s where the previous one stopped, and requests each once',
    async (action) => {
      const { broken, first, job, second } = await twoAttempts(action, 150);
      expect(broken).toMatchObject({ last_error_code: 'connection_closed', result: null });
      expect(first).toEqual(PATHS.slice(0, 151));
      expect(job).toMatchObject({ status: DONE, result: { listing: 'whole' } });
      // INBOX always comes first. The folder in progress when the server disappeared is among the rest.
      const next = PATHS.indexOf(second[1] ?? '');
      expect([150, 151, 152, 153]).toContain(next);
      expect(second).toEqual(['INBOX', ...PATHS.slice(next), ...PATHS.slice(1, next)]);
    },
  );

  it.each(['imap_sync_mailboxes', 'imap_sync_messages'])(
    'loses only one status of %s that never arrives, and no other is requested twice',
    async (action) => {
      isSlow = true;
      const job = await mail.run(action);
      expect(job).toMatchObject({ status: DONE, result: { listing: 'whole' } });
      expect(asked).toEqual(PATHS);
      const inError = await mail.mailboxes('&in_error=true');
      const isSync = action === 'imap_sync_messages';
      expect(inError.map(({ path, last_error: error }: Json) => [path, error.code])).toEqual(
        isSync ? [[SLOW, 'provider_timeout']] : [],
      );
    },
  );
});
