import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { startSqs } from '../../local/engines/fauxqs.ts';
import { ACCOUNT, iso, requested, T0 } from '../domain/job/job-stream.ts';
import { countViews, skewCount } from '../fixtures/count-views.ts';
import { type Dynoxide, startDynoxide, type TableNames } from '../fixtures/dynoxide.ts';
import { CREDENTIALS, CREDENTIALS_ENVIRONMENT, GATE } from '../fixtures/engine-credentials.ts';

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

/** Runs a tool as its npm script does; engine and tables are set by environment variables only. */
function run(tool: string, ...args: string[]) {
  return runWith(
    {
      ...tables,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    tool,
    ...args,
  );
}

async function runWith(env: Readonly<Record<string, string>>, tool: string, ...args: string[]) {
  const child = spawn(process.execPath, [`bin/${tool}.ts`, ...args], { cwd: ROOT, env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

describe('the tools of operations', () => {
  it('rebuild, refuse a second rebuild, count, report drift by the exit code, and repair it by --apply', async () => {
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    expect(await run('replay')).toMatchObject({ code: 0, out: expect.stringContaining('1 rows written') });
    await countViews(engine, tables.VIEWS_TABLE);
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

    await skewCount(engine, tables.VIEWS_TABLE, `cnt#${ACCOUNT}#0`, 's:failed', 2);
    const drifted = await run('recount', '--account', ACCOUNT, '--settle', '0');
    expect(drifted.code).toBe(1);
    expect(drifted.out).toMatch(/s:failed[^\n]*0[^\n]*2/);
    expect(drifted.out).not.toContain('exact');
    const repaired = await run('recount', '--account', ACCOUNT, '--settle', '0', '--apply');
    expect(repaired).toMatchObject({ code: 0, out: expect.stringContaining('1 counts repaired, 0 changed') });
    expect(await run('recount', '--account', ACCOUNT)).toMatchObject({ code: 0, out: 'exact\n' });
  });

  it('count the data of an erasure, erase it with --apply, and report a failure by the exit code', async () => {
    const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
    const id = ids.derive('job', ['erased']);
    const origin = { streamId: id, version: 1, accountId: 'acc_gone', at: iso(T0) };
    await log.append([{ ...origin, actor: { kind: 'user', id: 'ann' }, event: requested() }]);
    const counted = await run('erase-account', 'acc_gone');
    expect(counted).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 jobs') });
    expect(counted.out).toContain('Nothing was changed');
    expect(foldJob(await log.read(id))?.deleted).toBe(false);
    const erased = await run('erase-account', 'acc_gone', '--apply');
    expect(erased).toMatchObject({ code: 0, out: expect.stringMatching(/^erased .*1 of 1 jobs.* 0 failed/m) });
    expect(foldJob(await log.read(id))?.deleted).toBe(true);
    expect(await run('erase-account')).toMatchObject({ code: 2, err: expect.stringContaining('acc_…') });
  });

  it('send dead letters again with --apply, and report messages of other services by the exit code', async () => {
    const server = await startSqs(GATE);
    const client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS });
    const created = async (QueueName: string, dead: string | null): Promise<string> => {
      const Attributes: Record<string, string> = {};
      if (dead !== null) {
        const found = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] }),
        );
        const deadLetterTargetArn = found.Attributes?.QueueArn;
        Attributes.RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
      }
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
      return `${server.url}${new URL(QueueUrl ?? '').pathname}`;
    };
    const urls = { WORK_QUEUE_URL: '', PRIORITY_QUEUE_URL: '', BULK_QUEUE_URL: '' };
    const letters = new Map<string, string>();
    for (const name of ['WORK_QUEUE_URL', 'PRIORITY_QUEUE_URL', 'BULK_QUEUE_URL'] as const) {
      letters.set(name, await created(`${name}-dead`, null));
      urls[name] = await created(name, letters.get(name) ?? '');
    }
    const put = (name: string, MessageBody: string) =>
      client.send(new SendMessageCommand({ QueueUrl: letters.get(name), MessageBody }));
    await put('WORK_QUEUE_URL', '{"job_id": "job_1", "credential_id": "pc_1", "version": 1}');
    await put('BULK_QUEUE_URL', '{"bulk_id": "blk_1"}');
    await put('BULK_QUEUE_URL', '{"job_id": "job_1"}');
    const environment = {
      ...urls,
      AWS_ENDPOINT_URL_SQS: server.url,
      AWS_REGION: 'us-east-1',
      ...CREDENTIALS_ENVIRONMENT,
    };
    const counted = await runWith(environment, 'redrive');
    expect(counted).toMatchObject({ code: 1, out: expect.stringContaining('work: 1 to send again, 0 not ours') });
    const sent = await runWith(environment, 'redrive', '--apply', '--per-second', '50');
    expect(sent).toMatchObject({ code: 1, out: expect.stringContaining('bulk: 1 sent again, 1 not ours') });
    expect(sent.err).toMatch(/^bulk: message .* is not ours and stays$/m);
    expect((await runWith({ ...environment, BULK_QUEUE_URL: urls.WORK_QUEUE_URL }, 'redrive')).code).toBe(0);
    client.destroy();
    await server.stop();
  });
});
