import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { ACCOUNT, iso, requested, T0 } from '../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide, type TableNames } from '../fixtures/dynoxide.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let engine: Dynoxide;
let tables: TableNames;
const jobId = ids.derive('job', ['tools']);
beforeAll(async () => {
  engine = await startDynoxide();
  tables = await engine.createTables();
  const actor = { kind: 'user', id: 'ann' } as const;
  const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  const origin = { streamId: jobId, version: 1, accountId: ACCOUNT, actor, at: iso(T0) };
  await log.append([{ ...origin, event: requested() }]);
});
afterAll(() => engine?.stop());

/** Runs a tool as its npm script does, with the engine and the tables only from the environment. */
async function run(tool: string, ...args: string[]) {
  const child = spawn(process.execPath, [`bin/${tool}.ts`, ...args], {
    cwd: ROOT,
    env: {
      EVENTS_TABLE: tables.EVENTS_TABLE,
      VIEWS_TABLE: tables.VIEWS_TABLE,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

describe('the tools of operations', () => {
  it('rebuild, refuse a second rebuild, count, and report drift by the exit code', async () => {
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    expect(await run('replay')).toMatchObject({ code: 0, out: expect.stringContaining('1 rows written') });
    expect((await views.get([jobId], { consistent: true })).get(jobId)).toMatchObject({ v: 1 });
    const [refused, resumed, exact, aimless, lost] = await Promise.all([
      run('replay'),
      run('replay', '--resume'),
      run('recount', '--account', ACCOUNT),
      run('recount'),
      run('recount', '--account', ACCOUNT, '--views', 'None'),
    ]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('not empty') });
    expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining('0 rows written') });
    expect(exact).toMatchObject({ code: 0, out: 'exact\n' });
    expect(aimless).toMatchObject({ code: 2, err: expect.stringContaining('--account') });
    expect(lost).toMatchObject({ code: 2 });

    await views.write([], new Map([[`cnt#${ACCOUNT}#0`, new Map([['s:failed', 2]])]]));
    const drifted = await run('recount', '--account', ACCOUNT);
    expect(drifted.code).toBe(1);
    expect(drifted.out).toMatch(/s:failed[^\n]*0[^\n]*2/);
    expect(drifted.out).not.toContain('exact');
  });
});
