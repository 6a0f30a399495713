import { describe, expect, it } from 'vitest';
import { estimate, numberOf } from '../../../cli/commands/bulk-change.ts';
import { frozen } from '../../../cli/commands/job-filters.ts';
import { asked } from '../../../cli/consent.ts';
import { reply, runInProcess, type Sent } from '../../fixtures/inboxctl-in-process.ts';

const exact = (matched: number) => ({ matched, matched_is_exact: true });
const inexact = (matched: number) => ({ matched, matched_is_exact: false });
const OPERATION = {
  id: 'blk_a',
  action: 'delete',
  created_before: '2099-01-01T00:00:00.000Z',
  status: 'running',
  aborting: false,
  matched: 0,
  done: 0,
  skipped: 0,
  failed: 0,
  rate_per_second: 50,
  expected: null,
  job_ids: null,
  filter: null,
  waiting_on: null,
  estimated_end_at: null,
};

/** A service that counts this number of jobs, and starts the operation. */
const service =
  (counted: object, operation: object = {}) =>
  ({ body }: Sent): Response => {
    const sent = JSON.parse(body);
    if (sent.dry_run) return reply(200, { data: { ...counted, sample: [] } });
    return reply(202, { data: { ...OPERATION, filter: sent.filter, ...operation } });
  };

describe('a count that is not exact', () => {
  it('is a lower bound: zero among the first jobs is not shown as zero', () => {
    expect(numberOf(exact(1))).toBe('1 job');
    expect(numberOf(inexact(1))).toBe('at least 1 job');
    expect(numberOf(inexact(0))).toMatch(/^an unknown number of jobs/);
    expect([estimate(exact(400)), estimate(inexact(400))]).toEqual(['about 8s', 'at least 8s']);
  });

  it('of a deletion needs a typed sentence, and neither y nor a number is enough', () => {
    const { text, agrees } = asked({ what: 'Delete at least 400 jobs', deletions: 'unknown' });
    expect(text).toContain('Type "delete all that match"');
    expect(['y', 'yes', '400', ''].map(agrees)).toEqual([false, false, false, false]);
    expect(agrees('delete all that match')).toBe(true);
    expect(asked({ what: 'Delete 12 jobs', deletions: 12 }).agrees('y')).toBe(true);
    expect(asked({ what: 'Delete 1,200 jobs', deletions: 1_200 }).agrees('y')).toBe(false);
  });

  it('of zero still asks, and --yes starts the operation; an exact count of zero starts nothing', async () => {
    const command = ['bulk', 'delete', '--status', 'failed', '--reason', 'r'];
    const asking = await runInProcess(command, service(inexact(0)));
    expect(asking).toMatchObject({ code: 3, stderr: expect.stringContaining('Delete an unknown number of jobs') });
    const agreed = await runInProcess([...command, '--yes', '--no-wait'], service(inexact(0)));
    expect(agreed.code).toBe(0);
    expect(agreed.sent).toHaveLength(2);
    const none = await runInProcess([...command, '--yes', '--no-wait'], service(exact(0)));
    expect(none).toMatchObject({ code: 0, stderr: expect.stringContaining('No job matches') });
    expect(none.sent).toHaveLength(1);
  });

  it.each([[[]], [['--fields', 'id,done']]])('exactly prints null with --json %j, and succeeds', async (more) => {
    const command = ['bulk', 'retry', '--status', 'failed', '--reason', 'r', '--yes', '--json', ...more];
    const { code, stdout, sent } = await runInProcess(command, service(exact(0)));
    expect({ code, printed: JSON.parse(stdout), sent: sent.length }).toEqual({ code: 0, printed: null, sent: 1 });
  });
});

describe('a start whose reply is lost', () => {
  const command = ['bulk', 'retry', '--since', '24h', '--reason', 'r', '--yes', '--json'];

  it('shows its key; the same command with --key sends the same request under the same key', async () => {
    const lost = await runInProcess(command, (request) => {
      if (JSON.parse(request.body).dry_run) return service(exact(3))(request);
      return reply(409, { type: 'urn:x', title: 'No', status: 409, code: 'try_again', detail: 'd' });
    });
    const { key } = JSON.parse(lost.stderr);
    const again = await runInProcess([...command, '--no-wait', '--key', key], service(exact(0)));
    expect(again.code).toBe(0);
    const [first, second] = [lost, again].map(({ sent }) => sent.at(-1));
    expect(second?.headers.get('idempotency-key')).toBe(key);
    expect([first?.headers.get('idempotency-key'), first?.body]).toEqual([key, second?.body]);
  });

  it('refuses a key of another form', async () => {
    const { code, sent } = await runInProcess([...command, '--key', 'mine'], service(exact(3)));
    expect({ code, sent }).toEqual({ code: 2, sent: [] });
  });

  it('followed by a wait that times out exits with 9, and the error has the id of the operation', async () => {
    const answer = (request: Sent): Response =>
      request.method === 'GET' ? reply(200, { data: { ...OPERATION, version: 1 } }) : service(exact(3))(request);
    const ended = await runInProcess([...command, '--timeout', '300ms'], answer);
    expect(ended.code).toBe(9);
    expect(JSON.parse(ended.stderr)).toMatchObject({ code: 'timed_out', bulk_id: 'blk_a' });
  });
});

describe('a bulk operation', () => {
  const command = ['bulk', 'retry', '--since', '24h', '--failed-since', '2h', '--reason', 'r', '--yes', '--no-wait'];

  it('changes only the counted jobs: both requests have the same absolute times, and an end', async () => {
    const { sent } = await runInProcess(command, service(exact(3)));
    const [counted, started] = sent.map(({ body }) => JSON.parse(body));
    expect(started.filter).toEqual(counted.filter);
    const { created_at: created, last_error_at: failed } = counted.filter;
    const end = Date.parse(created.lt);
    expect([end - Date.parse(created.gte), end - Date.parse(failed.gte)]).toEqual([24 * 3_600_000, 2 * 3_600_000]);
  });

  it.each([
    ['another value', { status: ['retrying'] }],
    ['no filter', null],
  ])('with %s in its filter is reported, with the command that stops it', async (_, filter) => {
    const { stderr } = await runInProcess(
      ['bulk', 'retry', '--status', 'failed', '--reason', 'r', '--yes', '--no-wait'],
      service(exact(3), { filter }),
    );
    expect(stderr).toMatch(/The filter of the operation is not the one that was counted\. .*bulk abort blk_a/s);
    const same = await runInProcess(command, service(exact(3)));
    expect(same.stderr).not.toContain('not the one');
  });

  it('keeps an end that is earlier than the count', () => {
    const now = Date.parse('2026-11-29T08:00:00Z');
    expect(frozen({ created_at: { lt: '-1h' } }, now)).toEqual({ created_at: { lt: '2026-11-29T07:00:00.000Z' } });
    expect(frozen({ created_at: { lt: '2027-01-01T00:00:00.000Z' }, q: 'x' }, now)).toEqual({
      q: 'x',
      created_at: { lt: '2026-11-29T08:00:00.000Z' },
    });
  });

  it('whose expected number or filter differs from the count is reported', async () => {
    const { stderr } = await runInProcess(command, service(exact(3), { expected: 4 }));
    expect(stderr).toContain('It counted 3 jobs, but the operation expects 4.');
    const other = await runInProcess(command, service(exact(3), { expected: 3, filter: { status: ['failed'] } }));
    expect(other.stderr).toContain('The filter of the operation is not the one that was counted.');
    expect((await runInProcess(command, service(exact(3), { expected: 3 }))).stderr).not.toContain('bulk abort');
  });
});
