import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { logger } from '../../functions/runtime/logger.ts';
import type { SweepPorts, SweepResult } from '../../functions/sweeper/sweep-ports.ts';

const RESULT: SweepResult = {
  examined: 3,
  released: 1,
  resent: 0,
  rescued: 0,
  givenUp: 0,
  refused: 0,
  probed: 0,
  bulksResumed: 0,
  delivered: 0,
  silenced: 2,
  fired: 0,
  skipped: 0,
  suspended: 0,
  complete: true,
};
const sweepOnce = vi.hoisted(() => vi.fn<(ports: SweepPorts) => Promise<SweepResult>>());
vi.mock('../../functions/sweeper/sweep.ts', async (original) => ({ ...(await original<object>()), sweepOnce }));

beforeEach(() => {
  for (const name of ['EVENTS_TABLE', 'VIEWS_TABLE', 'LEASES_TABLE']) vi.stubEnv(name, 'table');
  for (const name of ['WORK_QUEUE_URL', 'PRIORITY_QUEUE_URL', 'BULK_QUEUE_URL']) vi.stubEnv(name, 'http://localhost/q');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function invoke(): Promise<void> {
  const { handler } = await import('../../functions/handlers/sweeper.ts');
  const context: Pick<Context, 'getRemainingTimeInMillis'> = { getRemainingTimeInMillis: () => 55_000 };
  await handler({}, Object.assign(Object.create(null), context));
}

it('sweeper logs its counts; silent endpoints have their own lines, which an alarm adds up', async () => {
  const info = vi.spyOn(logger, 'info').mockImplementation(() => {});
  sweepOnce.mockResolvedValueOnce(RESULT);
  await invoke();
  const { silenced: _, ...counts } = RESULT;
  expect(info.mock.calls).toEqual([['swept', counts]]);
});

it('sweeper logs its counts and the error before it fails', async () => {
  const { SweepFailed } = await import('../../functions/sweeper/sweep.ts');
  const error = vi.spyOn(logger, 'error').mockImplementation(() => {});
  sweepOnce.mockRejectedValueOnce(new SweepFailed(RESULT, new Map([['job_1', new TypeError('secret')]])));
  await expect(invoke()).rejects.toThrow('could not handle 1 entries, among them job_1');
  const [[, logged] = []] = error.mock.calls;
  expect(logged).toMatchObject({ examined: 3, error_name: 'TypeError', error_stack: expect.stringContaining('at ') });
  expect(JSON.stringify(logged)).not.toContain('secret');
});
