import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { AuditLog, AuditQuery, AuditRecord } from '../../functions/ports/audit-log.ts';
import type { EventLog, NewEvent } from '../../functions/ports/event-log.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';
import { memoryAuditLog } from '../fixtures/in-memory-audit.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const T0 = Date.parse('2026-11-01T00:00:00.000Z');
const time = (ms: number): string => new Date(T0 + ms).toISOString();

type Audited = { readonly log: EventLog; readonly audit: AuditLog };
const implementations: [string, () => Promise<Audited>][] = [
  [
    'the model in memory',
    async () => {
      const both = memoryAuditLog(memoryEventLog());
      return { log: both, audit: both };
    },
  ],
  [
    'DynamoDB',
    async () => {
      const { EVENTS_TABLE: table } = await engine.createTables();
      return { log: dynamoEventLog(engine.client, table, ids), audit: dynamoAuditLog(engine.client, table) };
    },
  ],
];

const event = (streamId: string, version: number, at: number, more: Partial<NewEvent> = {}): NewEvent => ({
  streamId,
  version,
  accountId: 'acc_one',
  actor: { kind: 'user', id: 'ann' },
  at: time(at),
  event: { type: 'JobResolved', data: { note: `at ${at}` } },
  audited: true,
  ...more,
});

const query = (more: Partial<AuditQuery> = {}): AuditQuery => ({
  accountId: 'acc_one',
  newestFirst: true,
  limit: 100,
  above: null,
  below: null,
  ...more,
});
const names = (records: readonly AuditRecord[]): string[] =>
  records.map(({ event: { stream_id, version } }) => `${stream_id}/${version}`);

describe.each(implementations)('an audit log: %s', (_, make) => {
  it('contains the audited events as they were appended, and nothing else', async () => {
    const { log, audit } = await make();
    const [stream, other] = [ids.next('job'), ids.next('pc')];
    await log.append([event(stream, 1, 0, { audited: false })]);
    await log.append([event(stream, 2, 5, { requestId: 'request', commandId: 'command', credentialId: other })]);
    await log.append([
      event(stream, 3, 6, { audited: false }),
      event(other, 1, 7, {
        actor: { kind: 'worker', id: 'w' },
        event: { type: 'CredentialDeleted', data: { force: true } },
      }),
    ]);
    const { records, more } = await audit.page(query());
    expect(more).toBe(false);
    expect(records).toEqual([
      {
        sort: `${time(7)}#${other}#1`,
        event: {
          stream_id: other,
          version: 1,
          type: 'CredentialDeleted',
          schema: 1,
          account_id: 'acc_one',
          at: time(7),
          actor: { kind: 'worker', id: 'w' },
          append_id: expect.any(String),
          data: { force: true },
        },
      },
      { sort: `${time(5)}#${stream}#2`, event: (await log.read(stream, 1, 1))[0] },
    ]);
    expect(records[1]?.event).toMatchObject({ request_id: 'request', command_id: 'command', credential_id: other });
  });

  it('separates accounts, also those whose names begin alike', async () => {
    const { log, audit } = await make();
    const mine: string[] = [];
    for (const [at, accountId] of ['acc_one', 'acc_one-too', 'acc_on', 'acc_one'].entries()) {
      const stream = ids.next('job');
      await log.append([event(stream, 1, at, { accountId })]);
      if (accountId === 'acc_one') mine.unshift(`${stream}/1`);
    }
    expect(names((await audit.page(query())).records)).toEqual(mine);
    expect((await audit.page(query({ accountId: 'acc_one-too' }))).records).toHaveLength(1);
    expect(await audit.page(query({ accountId: 'acc_o' }))).toEqual({ records: [], more: false });
  });

  it('does not contain an append that failed', async () => {
    const { log, audit } = await make();
    const [stream, other] = [ids.next('job'), ids.next('job')];
    await log.append([event(stream, 1, 0)]);
    expect((await log.append([event(stream, 1, 1)])).kind).toBe('conflict');
    expect((await log.append([event(other, 1, 2), event(stream, 1, 2)])).kind).toBe('conflict');
    expect(names((await audit.page(query())).records)).toEqual([`${stream}/1`]);
  });

  it('returns every record once, in order, page by page, in both directions, even with many in one millisecond', async () => {
    const { log, audit } = await make();
    const expected: string[] = [];
    for (let n = 0; n < 23; n += 1) {
      const stream = ids.next('job');
      const versions = n % 5 === 0 ? [1, 2, 10, 11] : [1];
      for (const version of versions) {
        const at = Math.floor(n / 4);
        await log.append([event(stream, version, at)]);
        expected.push(`${time(at)}#${stream}#${version}`);
      }
    }
    expected.sort();
    for (const newestFirst of [true, false]) {
      for (const limit of [1, 4, expected.length, expected.length + 1]) {
        const seen: string[] = [];
        const bounds: { above: string | null; below: string | null } = { above: null, below: null };
        for (let more = true; more; ) {
          const page = await audit.page(query({ newestFirst, limit, ...bounds }));
          expect(page.records.length).toBeLessThanOrEqual(limit);
          seen.push(...page.records.map(({ sort }) => sort));
          bounds[newestFirst ? 'below' : 'above'] = page.records.at(-1)?.sort ?? null;
          more = page.more;
          if (page.records.length === 0) expect(more).toBe(false);
        }
        expect(seen).toEqual(newestFirst ? expected.toReversed() : expected);
      }
    }
  });

  it('returns the records between two bounds, without the bounds', async () => {
    const { log, audit } = await make();
    const sorts: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      const stream = ids.next('job');
      await log.append([event(stream, 1, Math.floor(n / 2))]);
      sorts.push(`${time(Math.floor(n / 2))}#${stream}#1`);
    }
    sorts.sort();
    // Ends of a page: times in whole milliseconds, and times with the character after all ids, as the lookup of a
    // log id uses.
    const ends = [null, ...sorts, ...[-1, 0, 1, 2, 3, 4].map(time), ...[0, 3].map((at) => `${time(at)}~`)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ends),
        fc.constantFrom(...ends),
        fc.boolean(),
        async (above, below, newestFirst) => {
          const { records } = await audit.page(query({ above, below, newestFirst }));
          const inside = sorts.filter((sort) => (above === null || sort > above) && (below === null || sort < below));
          expect(records.map(({ sort }) => sort)).toEqual(newestFirst ? inside.toReversed() : inside);
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });
});
