import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { dynamoPermits } from '../../functions/adapters/dynamodb/permits.ts';
import { LEASES, USAGE_PREFIX } from '../../functions/adapters/dynamodb/tables.ts';
import { limitsSchema } from '../../functions/domain/limits/settings.ts';
import { contract, noBody, noParams, noQuery } from '../../functions/http/contract.ts';
import { endpoint } from '../../functions/http/endpoint.ts';
import { Problem } from '../../functions/http/problem.ts';
import { type RequestKind, requestLimits } from '../../functions/http/request-limits.ts';
import { serve } from '../../functions/http/serve.ts';
import type { Permits } from '../../functions/ports/permits.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { startDynoxide } from '../fixtures/dynoxide.ts';
import { gatewayEvent } from '../fixtures/gateway-event.ts';
import { lambdaContext } from '../fixtures/lambda-context.ts';

const NOW = Date.parse('2026-11-28T10:00:15.000Z');
const LIMITS = limitsSchema.parse({ readsPerMinute: 1_000, commandsPerMinute: 100 });

function memoryPermits() {
  const taken = new Map<string, number>();
  let asked = 0;
  const permits: Permits = {
    async take(key, count, most) {
      asked += 1;
      const before = taken.get(key) ?? 0;
      if (before + count > most) return false;
      taken.set(key, before + count);
      return true;
    },
  };
  return { permits, asked: () => asked };
}

/** How many of these requests are admitted, by one process after the other. */
async function admitted(
  processes: readonly ReturnType<typeof requestLimits>[],
  requests: number,
  account = 'acc_one',
  kind: RequestKind = 'read',
  now = NOW,
): Promise<number> {
  let count = 0;
  for (let at = 0; at < requests; at += 1) {
    const outcome = await processes[at % processes.length]?.(account, kind, now).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem && error.code === 'rate_limited') return false;
        throw error;
      },
    );
    if (outcome === true) count += 1;
  }
  return count;
}

describe('requests of an account within a minute', () => {
  let shared: ReturnType<typeof memoryPermits>;
  beforeEach(() => {
    shared = memoryPermits();
  });
  const process = () => requestLimits(shared.permits, LIMITS);

  it('are admitted up to the limit, plus at most 20 of each process', async () => {
    const processes = Array.from({ length: 5 }, process);
    const passed = await admitted(processes, 3_000);
    expect(passed).toBeGreaterThanOrEqual(LIMITS.readsPerMinute);
    expect(passed).toBeLessThanOrEqual(LIMITS.readsPerMinute + 5 * 20);
  });

  it.each([
    [1, 1],
    [5, 5],
    [19, 19],
    [100, 102],
    [1_000, 1_020],
    [2_000, 2_020],
  ])(
    'by one process with a limit of %i are %i: its free requests and those with permits',
    async (readsPerMinute, passed) => {
      const one = requestLimits(shared.permits, { ...LIMITS, readsPerMinute });
      expect(await admitted([one], 2_100)).toBe(passed);
    },
  );

  it('cost no write while they are few, a tenth of a write when they are many, and none when refused', async () => {
    const one = process();
    await admitted([one], 20);
    expect(shared.asked()).toBe(0);
    await admitted([one], 200);
    expect(shared.asked()).toBe(20);
    await admitted([one], 5_000);
    expect(shared.asked()).toBeLessThanOrEqual(102);
  });

  it('limit neither another account, nor the other kind of request, nor the next minute', async () => {
    const one = process();
    await admitted([one], 2_000);
    expect(await admitted([one], 10, 'acc_two')).toBe(10);
    expect(await admitted([one], 10, 'acc_one', 'command')).toBe(10);
    expect(await admitted([one], 10, 'acc_one', 'read', NOW + 45_000)).toBe(10);
  });

  it('are refused with a code, the limit, and the time until the next minute', async () => {
    const one = process();
    await admitted([one], 200, 'acc_one', 'command');
    await expect(one('acc_one', 'command', NOW)).rejects.toMatchObject({
      code: 'rate_limited',
      members: { limit: 'commandsPerMinute', value: 100 },
      retryAfterMs: 45_000,
    });
  });

  it('are admitted while the table cannot be read', async () => {
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    const broken = requestLimits({ take: () => Promise.reject(new Error('throttled')) }, LIMITS);
    expect(await admitted([broken], 100)).toBe(100);
    expect(warned).toHaveBeenCalled();
    warned.mockRestore();
  });
});

it('all processes together take exactly the permits of the limit, on the real engine', async () => {
  const engine = await startDynoxide();
  try {
    const { LEASES_TABLE } = await engine.createTables();
    const processes = [dynamoPermits(engine.client, LEASES_TABLE), dynamoPermits(engine.client, LEASES_TABLE)];
    const takes = Array.from({ length: 40 }, (_, at) => processes[at % 2]?.take('k', 10, 105, NOW));
    expect((await Promise.all(takes)).filter(Boolean)).toHaveLength(10);
    const { Item } = await engine.client.send(
      new GetCommand({ TableName: LEASES_TABLE, Key: { [LEASES.partitionKey]: `${USAGE_PREFIX}k` } }),
    );
    expect(Item, 'the row goes once its minute is over').toMatchObject({ n: 100, [LEASES.ttl]: NOW / 1000 + 120 });
  } finally {
    await engine.stop();
  }
});

describe('a request', () => {
  const reads = contract({
    operation: 'listJobs',
    summary: 'Lists.',
    params: z.strictObject({ account_id: z.string() }),
    query: noQuery,
    body: noBody,
    replies: [{ status: 200, data: z.null() }],
    problems: [],
  });
  const failures = contract({ ...reads, operation: 'listFailures', params: noParams });
  const calls: string[] = [];
  const handler = serve(
    [reads, failures].map((each) => endpoint(each, async () => ({ status: 200, data: null }))),
    async (account, kind) => {
      calls.push(`${kind} ${account}`);
    },
  );
  const send = async (acc: string, path: string | null) => {
    const routeKey = path === null ? 'GET /api/failures' : 'GET /api/accounts/{account_id}/jobs';
    const parameters: Record<string, string> = path === null ? {} : { account_id: path };
    const claims = { acc, uid: 'ann', role: 'viewer' };
    return (await handler(gatewayEvent({ routeKey, parameters, claims }), lambdaContext)).statusCode;
  };
  beforeEach(() => {
    calls.length = 0;
  });

  it('is counted for the account in its path, otherwise for the first account of its token', async () => {
    await send('[acc_two acc_one]', 'acc_two');
    await send('[acc_two acc_one]', null);
    expect(calls).toEqual(['read acc_two', 'read acc_one']);
  });

  it('to an account that is not the caller’s does not count for that account', async () => {
    expect(await send('acc_two', 'acc_one')).toBe(403);
    expect(calls).toEqual([]);
  });

  it('without a valid token is not counted', async () => {
    expect(await send('nonsense', null)).toBe(401);
    expect(calls).toEqual([]);
  });
});
