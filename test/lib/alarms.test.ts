/**
 * Each alarm rings for log lines that our code writes, or for a metric that AWS keeps of a resource of the template.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { documentClient } from '../../functions/adapters/dynamodb/client.ts';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { openedOrAltered, storedOrAltered } from '../../functions/api/credentials/new-secret.ts';
import { connectionOf } from '../../functions/credential-login/connection-of.ts';
import { FAILURES } from '../../functions/domain/failure/catalogue.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { METRICS } from '../../functions/domain/metrics/catalogue.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { endedJobKeys } from '../../functions/domain/views/keys.ts';
import { VaultError } from '../../functions/ports/vault.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { measure } from '../../functions/runtime/metrics.ts';
import { reportCrossing } from '../../functions/streams/refuse-job.ts';
import { noteSilences } from '../../functions/sweeper/duties/silent-endpoints.ts';
import { runBatch } from '../../functions/worker/run-batch.ts';
import { listenOnLoopback } from '../../local/http/listen.ts';
import { iso, recorded, requested } from '../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { CREDENTIALS_ENVIRONMENT } from '../fixtures/engine-credentials.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';
import { lambdaContext } from '../fixtures/lambda-context.ts';
import { batchOf } from '../fixtures/sqs-batch.ts';
import { workerWorld } from '../fixtures/worker-world.ts';
import { alarmsOf, linesOf, pricedMetrics, ringingAlarms } from './cloudwatch-model.ts';
import { ofType, synthesized } from './synthesized.ts';

// Set before the modules of the functions are loaded, as in the service.
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_NAMESPACE = 'inbox-manager-prod';
  process.env.POWERTOOLS_SERVICE_NAME = 'inbox-manager-jobs';
});

const { service } = synthesized();
const alarms = alarmsOf(service);

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine?.stop();
});

const times = <Thing>(count: number, thing: Thing): Thing[] => Array(count).fill(thing);

describe('alarms on log lines and metrics of this service', () => {
  it('ServerErrors rings when more than five replies of the gateway are 500 or above, and for no other reply', () => {
    const [stage] = ofType(service, 'AWS::ApiGatewayV2::Stage');
    const { AccessLogSettings } = z
      .object({ AccessLogSettings: z.object({ Format: z.string() }) })
      .parse(stage?.Properties);
    const answered = (status: number) => ({
      from: 'JobsApiAccessLogs',
      line: JSON.parse(AccessLogSettings.Format.replace('$context.status', String(status))),
    });
    for (const status of [500, 503, 504])
      expect(ringingAlarms(service, times(6, answered(status)))).toEqual(['ServerErrors']);
    expect(ringingAlarms(service, times(5, answered(500)))).toEqual([]);
    for (const status of [200, 404, 429]) expect(ringingAlarms(service, times(100, answered(status)))).toEqual([]);
  });

  it('ViewLag rings when the projector ends more than two minutes after an event', async () => {
    const tables = await engine.createTables();
    const handle = await handler('projector', tables);
    const batch = (agoMs: number) => {
      const id = `job_01jgx00000000000000${String(agoMs).padStart(7, '0')}`;
      const image = marshall(recorded(requested(), 1, Date.now() - agoMs, id));
      return { Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: image } }] };
    };
    expect(ringingAlarms(service, await linesOf('Projector', () => handle(batch(0))))).toEqual([]);
    expect(ringingAlarms(service, await linesOf('Projector', () => handle(batch(121_000))))).toEqual(['ViewLag']);
  });

  it('ViewLag rings when the counter ends more than two minutes after the write of a row', async () => {
    const handle = await handler('counter', await engine.createTables());
    const job = foldJob([recorded(requested(), 1, Date.now(), 'job_01jgx0000000000000000000v1')]);
    if (job === null) throw new Error('no job');
    const batch = (agoMs: number) => ({
      shardId: 'shardId-1',
      Records: [
        {
          eventName: 'INSERT',
          dynamodb: {
            ApproximateCreationDateTime: (Date.now() - agoMs) / 1000,
            Keys: { id: { S: job.id } },
            NewImage: marshall(jobRow(job), { removeUndefinedValues: true }),
            SequenceNumber: String(agoMs + 1),
          },
        },
      ],
    });
    expect(ringingAlarms(service, await linesOf('Counter', () => handle(batch(0))))).toEqual([]);
    expect(ringingAlarms(service, await linesOf('Counter', () => handle(batch(121_000))))).toEqual(['ViewLag']);
  });

  it('RetentionBehind rings when three runs in a row were out of time', async () => {
    const tables = await engine.createTables();
    const [key] = endedJobKeys('failed');
    const Item = { id: 'job_1', [VIEWS.openIndex.partitionKey]: key, [VIEWS.openIndex.sortKey]: `${iso(0)}#job_1` };
    await engine.client.send(new PutCommand({ TableName: tables.VIEWS_TABLE, Item }));
    const handle = await handler('retention', {
      ...tables,
      RETAIN_UNCHANGED_HOURS: '24',
      RETAIN_SUCCEEDED_HOURS: '24',
      RETAIN_FAILED_HOURS: '24',
      RETAIN_SHORTER: 'deny',
    });
    const run = (left: number) =>
      linesOf('Retention', () => handle({}, { ...lambdaContext, getRemainingTimeInMillis: () => left }));
    expect(ringingAlarms(service, await run(0))).toEqual(['RetentionBehind']);
    expect(ringingAlarms(service, await run(300_000))).toEqual([]);
    expect(alarms.get('RetentionBehind')?.EvaluationPeriods).toBe(3);
  });

  it('TableThrottles rings when DynamoDB refuses more than ten tries, also those that the SDK repeats', async () => {
    const refusing = createServer((_request, response) => {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'no' }));
    });
    const { url, stop } = await listenOnLoopback(refusing, 0);
    onTestFinished(stop);
    for (const [name, value] of Object.entries(CREDENTIALS_ENVIRONMENT)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
    const client = documentClient();
    const get = () =>
      client.send(new GetCommand({ TableName: 't', Key: { id: 'x' } })).catch((error: unknown) => error);
    const lines = await linesOf('Read', () => Promise.all([get(), get(), get()]));
    expect(ringingAlarms(service, lines)).toEqual(['TableThrottles']);
    expect(lines.map(({ line }) => line.table)).toEqual(times(15, 't'));
  });

  it.each([
    ['a job or a test logs in', () => connectionOf('pc_1', altered()).catch(() => null)],
    ['a request reads its fields', () => storedOrAltered(altered().vault, 'pc_1').catch(() => null)],
    ['a request opens it', () => openedOrAltered(altered().vault, 'pc_1')],
  ])('CredentialAltered rings when the row of a credential was changed from outside and %s', async (_when, use) => {
    const lines = await linesOf('Worker', use);
    expect(ringingAlarms(service, lines)).toEqual(['CredentialAltered']);
    expect(lines[0]?.line).toMatchObject({ credential_id: 'pc_1' });
  });

  it('DefectFailures rings when an attempt fails by a possible defect of this service, not by a failure of a server', async () => {
    const ended = (outcome: string) =>
      linesOf('Worker', () => logger.info('job', { job_id: 'job_1', did: 'ran', outcome }));
    for (const [code, { category }] of Object.entries(FAILURES)) {
      const isDefect = category === 'protocol' || category === 'internal';
      expect(ringingAlarms(service, await ended(code)), code).toEqual(isDefect ? ['DefectFailures'] : []);
    }
  });

  it('DefectFailures rings for the line that the worker writes about an attempt with an unexpected error', async () => {
    const world = workerWorld(async () => {
      throw new TypeError('a defect');
    });
    const Body = JSON.stringify(await world.addJob(await world.addCredential()));
    const lines = await linesOf('Worker', () => runBatch(batchOf([{ MessageId: '1', Body }]), world.ports));
    expect(ringingAlarms(service, lines)).toEqual(['DefectFailures']);
  });

  it.each(['Worker', 'Sweeper'])(
    'AccountsCrossed rings when the %s meets a job that crosses accounts',
    async (from) => {
      const crossing = { job_id: 'job_x', account_id: 'acc_a', credential_id: 'pc_x' };
      expect(ringingAlarms(service, await linesOf(from, () => reportCrossing(crossing)))).toEqual(['AccountsCrossed']);
    },
  );

  it('WebhooksSilenced rings when the sweeper finds an endpoint that became silent, and once only', async () => {
    const log = memoryEventLog();
    const target = { credential_id: 'pc_1' };
    const watched = { event_types: null, enabled: true, silent_after: '5m' };
    const data = { provider: 'standard', target, action: 'imap_sync_mailboxes', payload: {}, ...watched };
    const of = { accountId: 'acc_1', actor: { kind: 'user', id: 'ann' } as const, at: iso(0) };
    await log.append([{ ...of, streamId: 'whk_1', version: 1, event: { type: 'WebhookEndpointCreated', data } }]);
    const sweepAt = (now: number) =>
      linesOf('Sweeper', () =>
        noteSilences(['whk_1'], {
          ...{ log, views: memoryViews(), failures: new Map(), result: { silenced: 0, complete: true } },
          ...{ everyMs: 60_000, most: 1_000, now: () => now, remainingMs: () => 50_000 },
        }),
      );
    expect(ringingAlarms(service, await sweepAt(299_000))).toEqual([]);
    expect(ringingAlarms(service, await sweepAt(301_000))).toEqual(['WebhooksSilenced']);
    expect(ringingAlarms(service, await sweepAt(361_000))).toEqual([]);
  });
});

const THROTTLED = [
  ...['Read', 'Command', 'Tasks', 'Credentials', 'Webhooks'],
  ...['Projector', 'Dispatcher', 'Worker', 'Bulk', 'Sweeper'],
];

describe('alarms on metrics of AWS', () => {
  it.each<readonly [string, string, string, number]>([
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 'WorkQueueDeadLetters', 1],
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 'PriorityQueueDeadLetters', 1],
    ['DeadLetters', 'ApproximateNumberOfMessagesVisible', 'BulkQueueDeadLetters', 1],
    ['OldestMessage', 'ApproximateAgeOfOldestMessage', 'WorkQueueWork', 901],
    ['OldestMessage', 'ApproximateAgeOfOldestMessage', 'PriorityQueueWork', 901],
    ['OldestMessage', 'ApproximateAgeOfOldestMessage', 'BulkQueueWork', 901],
    ['StreamGivenUp', 'ApproximateNumberOfMessagesVisible', 'StreamsGivenUp', 1],
    ['IteratorAge', 'IteratorAge', 'Projector', 3_600_001],
    ['IteratorAge', 'IteratorAge', 'Counter', 3_600_001],
    ['IteratorAge', 'IteratorAge', 'Dispatcher', 3_600_001],
    ['ConsumerErrors', 'Errors', 'Projector', 6],
    ['ConsumerErrors', 'Errors', 'Counter', 6],
    ['ConsumerErrors', 'Errors', 'Dispatcher', 6],
    ['ConsumerErrors', 'Errors', 'Worker', 6],
    ['ConsumerErrors', 'Errors', 'Bulk', 6],
    ['ScheduleErrors', 'Errors', 'Sweeper', 1],
    ['ScheduleErrors', 'Errors', 'Retention', 1],
    ...THROTTLED.map((of) => ['Throttles', 'Throttles', of, 1] as const),
  ])('%s rings by %s of %s above its limit, and not at it', (alarm, metric, of, value) => {
    expect(ringingAlarms(service, [], [{ metric, of, value }])).toEqual([alarm]);
    expect(ringingAlarms(service, [], [{ metric, of, value: value - 1 }])).toEqual([]);
  });
});

describe('all alarms together', () => {
  it('each alarm notifies the topic, which accepts CloudWatch and notifies each address', () => {
    const [topic] = ofType(service, 'AWS::SNS::Topic');
    for (const { AlarmActions } of alarms.values()) expect(AlarmActions).toEqual([{ Ref: topic?.id }]);
    const [policy] = ofType(service, 'AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy?.Properties)).toContain('"Principal":{"Service":"cloudwatch.amazonaws.com"}');
    const more = synthesized({ alarmEmails: 'a@example.test,b@example.test' }).service;
    expect(ofType(more, 'AWS::SNS::Subscription').map(({ Properties }) => Properties.Endpoint)).toEqual([
      'a@example.test',
      'b@example.test',
    ]);
  });

  it('alarms of a stage with its own topic notify that topic', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:111122223333:oncall';
    const given = synthesized({ alarmTopicArn, alarmEmails: '' }).service;
    expect(ofType(given, 'AWS::SNS::Topic')).toEqual([]);
    for (const { Properties } of ofType(given, 'AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toEqual([alarmTopicArn]);
  });

  it('alarms of one stage do not ring for metrics of another stage in the same account', async () => {
    const staging = synthesized({ stage: 'staging' }).service;
    expect(ringingAlarms(staging, await linesOf('Read', () => measure('CredentialAltered', 1)))).toEqual([]);
  });

  it('functions write their metrics to the namespace of the alarms', () => {
    for (const { Properties } of ofType(service, 'AWS::Lambda::Function'))
      expect(Properties.Environment).toMatchObject({
        Variables: {
          POWERTOOLS_METRICS_NAMESPACE: 'inbox-manager-prod',
          POWERTOOLS_SERVICE_NAME: 'inbox-manager-jobs',
        },
      });
  });

  it('custom alarms and metrics cost an idle deployment less than $7 a month', () => {
    expect(alarms.size).toBeLessThanOrEqual(15);
    const alarmed = [...alarms.values()].reduce((sum, alarm) => sum + pricedMetrics(alarm), 0);
    const filtered = ofType(service, 'AWS::Logs::MetricFilter').map(({ Properties }) =>
      JSON.stringify(z.array(z.object({ MetricName: z.string() })).parse(Properties.MetricTransformations)),
    );
    const own = new Set(filtered).size + Object.keys(METRICS).length;
    // us-east-1: $0.10 for each metric of an alarm, $0.30 for each metric of our own.
    expect(alarmed * 0.1 + own * 0.3).toBeLessThan(7);
  });

  it('docs/operations.md explains each alarm and what to do, and no other', () => {
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| (\w+) \| [^|]+ \| [^|]+ \|$/gm)].map(([, name]) => name);
    expect(rows.filter((name) => name !== 'alarm').toSorted()).toEqual([...alarms.keys()].toSorted());
    const [, slow = '', slowest = ''] =
      /([\w, ]+) ring when their condition holds for two periods of five minutes, (\w+) after three hours/.exec(page) ??
      [];
    const lasting = (periods: number) =>
      [...alarms].flatMap(([name, { EvaluationPeriods }]) => (EvaluationPeriods === periods ? [name] : []));
    expect(
      slow
        .trim()
        .split(/, | and /)
        .toSorted(),
    ).toEqual(lasting(2).toSorted());
    expect([slowest]).toEqual(lasting(3));
  });

  it('the dashboard shows every alarm and every metric of this service', () => {
    const [dashboard] = ofType(service, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.Properties);
    for (const { id } of ofType(service, 'AWS::CloudWatch::Alarm')) expect(body).toContain(`"${id}"`);
    for (const name of [
      'ServerErrors',
      'LimitsReached',
      'DefectFailures',
      'ProjectionLag',
      'CounterLag',
      'TableThrottles',
    ])
      expect(body).toContain(name);
  });
});

/** The handler of a function as the service starts it, over the engine. */
async function handler(name: 'projector' | 'counter' | 'retention', environment: Readonly<Record<string, string>>) {
  const variables = { ...CREDENTIALS_ENVIRONMENT, AWS_REGION: 'us-east-1', ...environment };
  for (const [key, value] of Object.entries({ ...variables, AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint }))
    vi.stubEnv(key, value);
  vi.resetModules();
  const loaded: { handler: (...given: unknown[]) => Promise<unknown> } = await import(
    `../../functions/handlers/${name}.ts`
  );
  return loaded.handler;
}

/** A credential whose row cannot be decrypted, and no reachable mail server. */
function altered() {
  const refused = () => Promise.reject(new VaultError('altered'));
  return {
    vault: { opened: refused, read: refused, replaceTokens: refused },
    slots: memorySlots(),
    tokens: { refresh: refused, isAllowed: () => false },
    ids: { token: () => 'token' },
    now: () => 0,
  };
}
