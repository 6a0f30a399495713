import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type JobEvent, type JobEventType, recordedJobEventSchema } from '../../../functions/domain/job/events.ts';
import { queueDelayMs } from '../../../functions/domain/job/queueing.ts';
import { REFUSED_ROUTES, ROUTES, WEBHOOK_PATH } from '../../../functions/http/routes.ts';
import { matchesPattern, readPattern } from '../../../local/events/filter.ts';
import { ofType, synthesized } from '../synthesized.ts';

const { service } = synthesized({ imapLoopback: 'allow' });
const propertiesOf = (type: string) => ofType(service, type).map(({ Properties }) => Properties);

const functionSchema = z.object({
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  FunctionName: z.undefined().optional(),
  LoggingConfig: z.object({
    LogFormat: z.string(),
    SystemLogLevel: z.string(),
    LogGroup: z.object({ Ref: z.string() }),
  }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const functions = ofType(service, 'AWS::Lambda::Function').map(({ id, Properties }) => ({
  id,
  ...functionSchema.parse(Properties),
}));

const routeSchema = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.object({ Ref: z.string() }).optional(),
});

test('the gateway takes tokens for each client of the stage, and the stage says where to sign in', () => {
  const clients = { audience: 'jobs', consoleClient: 'console', cliClient: 'cli', scopes: 'openid,jobs/all' };
  const found = synthesized(clients).service;
  const [authorizer] = ofType(found, 'AWS::ApiGatewayV2::Authorizer');
  expect(authorizer?.Properties.JwtConfiguration).toMatchObject({ Audience: ['jobs', 'console', 'cli'] });
  const document = ofType(found, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('Document'));
  const { Variables } = Object(document?.Properties.Environment);
  expect(JSON.parse(Variables.SIGN_IN)).toEqual({
    issuer: 'https://issuer.example.test/',
    audiences: ['jobs', 'console', 'cli'],
    scopes: ['openid', 'jobs/all'],
    clients: { console: 'console', cli: 'cli' },
  });
});

test('a stage without clients takes tokens for its audience alone, and offers none', () => {
  const found = synthesized({ audience: 'jobs', cliClient: 'jobs' }).service;
  const [authorizer] = ofType(found, 'AWS::ApiGatewayV2::Authorizer');
  expect(authorizer?.Properties.JwtConfiguration).toMatchObject({ Audience: ['jobs'] });
  const document = ofType(found, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('Document'));
  expect(JSON.parse(Object(document?.Properties.Environment).Variables.SIGN_IN)).toMatchObject({
    audiences: ['jobs'],
    clients: { console: null, cli: 'jobs' },
  });
});

test('the gateway has exactly the routes of the table, and all but the public ones need a token', () => {
  const [authorizer] = ofType(service, 'AWS::ApiGatewayV2::Authorizer');
  const routes = propertiesOf('AWS::ApiGatewayV2::Route').map((route) => routeSchema.parse(route));
  const found = routes.map(({ RouteKey, AuthorizationType, AuthorizerId }) => [
    RouteKey,
    AuthorizationType,
    AuthorizerId?.Ref,
  ]);
  const wanted = ROUTES.map(({ method, path, role }) =>
    role === null ? [`${method} ${path}`, 'NONE', undefined] : [`${method} ${path}`, 'JWT', authorizer?.id],
  );
  expect(authorizer).toBeDefined();
  const refused = REFUSED_ROUTES.map(({ method, path }) => [`${method} ${path}`, 'JWT', authorizer?.id]);
  const webhooks = ['GET', 'POST'].map((method) => [`${method} ${WEBHOOK_PATH}`, 'NONE', undefined]);
  expect(found.sort()).toEqual([...wanted, ...refused, ...webhooks, ['$default', 'NONE', undefined]].sort());
});

test('the gateway may invoke each API function, and the function of the default route by that route’s ARN', () => {
  const permission = z.object({ Principal: z.string(), FunctionName: z.unknown(), SourceArn: z.unknown() });
  const allowed = propertiesOf('AWS::Lambda::Permission')
    .map((found) => permission.parse(found))
    .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
    .map(({ FunctionName, SourceArn }) => [
      /"(Read|Command|Tasks|Credentials|Document|Webhooks)/.exec(JSON.stringify(FunctionName))?.[1],
      /"(\/[^"]*)"\]\]\}$/.exec(JSON.stringify(SourceArn))?.[1],
    ]);
  expect(allowed.sort()).toEqual([
    ['Command', '/*/*/*'],
    ['Credentials', '/*/*/*'],
    ['Document', '/*/*/*'],
    ['Read', '/*/$default'],
    ['Read', '/*/*/*'],
    ['Tasks', '/*/*/*'],
    ['Webhooks', '/*/*/*'],
  ]);
});

test('the stage throttles and logs requests', () => {
  const [stage] = propertiesOf('AWS::ApiGatewayV2::Stage');
  const { DefaultRouteSettings, RouteSettings, AccessLogSettings } = z
    .object({
      DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
      RouteSettings: z.record(z.string(), z.unknown()),
      AccessLogSettings: z.object({ Format: z.string() }),
    })
    .parse(stage);
  expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 500 });
  // The routes without a token have their own rate limit.
  const webhooks = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 };
  expect(RouteSettings).toEqual({
    'GET /webhooks/{webhook_endpoint_id}': webhooks,
    'POST /webhooks/{webhook_endpoint_id}': webhooks,
  });
  expect(JSON.parse(AccessLogSettings.Format)).toHaveProperty('request_id', '$context.requestId');
});

test('every function runs Node 24 on arm64 and writes JSON to a log group of its own, kept for 30 days', () => {
  expect(functions).toHaveLength(13);
  for (const { Runtime, Architectures, LoggingConfig } of functions) {
    expect([Runtime, ...Architectures]).toEqual(['nodejs24.x', 'arm64']);
    expect([LoggingConfig.LogFormat, LoggingConfig.SystemLogLevel]).toEqual(['JSON', 'WARN']);
  }
  const groups = ofType(service, 'AWS::Logs::LogGroup');
  expect(new Set(functions.map(({ LoggingConfig }) => LoggingConfig.LogGroup.Ref)).size).toBe(13);
  expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual(Array(14).fill(30));
  expect(groups.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(14).fill('Delete'));
});

test('the context sets the servers that functions with IMAP may connect to', () => {
  const withImap = functions.filter(({ Environment }) => 'IMAP_PORTS' in Environment.Variables);
  expect(withImap.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(['Credentials', 'Worker']);
  for (const { Environment } of withImap)
    expect(Environment.Variables).toMatchObject({
      IMAP_PORTS: '143,993',
      IMAP_LOOPBACK: 'allow',
      IMAP_PLAINTEXT: 'deny',
    });
});

test('a worker cuts the connection to a mail server that is silent for 20 s', () => {
  const silence = functions.map(({ id, Environment }) => [id, Environment.Variables.IMAP_SILENCE_MS]);
  const set = silence.filter(([, value]) => value !== undefined);
  expect(set).toEqual([[expect.stringMatching(/^Worker/), '20000']]);
});

const mappings = propertiesOf('AWS::Lambda::EventSourceMapping');
const streams = mappings.filter((mapping) => 'StartingPosition' in mapping);
const [ofRows = [], ofEvents = []] = [true, false].map((isOfRows) =>
  streams.filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('TablesViews') === isOfRows),
);
const patterns = ofEvents.flatMap(({ FilterCriteria }) => {
  const filters = z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).parse(FilterCriteria).Filters;
  const pattern = z.object({
    eventName: z.array(z.string()),
    dynamodb: z
      .object({ NewImage: z.object({ type: z.object({ S: z.array(z.string()) }), data: z.unknown().optional() }) })
      .optional(),
  });
  return filters.map(({ Pattern }) => pattern.parse(JSON.parse(Pattern)));
});

test('no stream mapping can be blocked forever by a record that always fails', () => {
  expect([ofEvents.length, ofRows.length]).toEqual([2, 1]);
  for (const mapping of streams)
    expect(mapping).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 8,
      MaximumRecordAgeInSeconds: 6 * 3600,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/GivenUp/), 'Arn'] } } },
    });
  const windows = streams.map(({ BatchSize, MaximumBatchingWindowInSeconds: window }) => [window, BatchSize]);
  expect(windows.sort()).toEqual([
    [0, 100],
    [2, 1_000],
    [2, 1_000],
  ]);
  expect(patterns.map(({ eventName }) => eventName)).toEqual(Array(3).fill(['INSERT']));
});

test('the counter gets every change of a row of an account and no counter row, with the name of the shard', () => {
  const ROWS = ['acc_', 'job_', 'tsk_', 'pc_', 'blk_', 'whk_', 'dlv_', 'fgr_'];
  expect(ofRows).toMatchObject([
    {
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ dynamodb: { Keys: { id: { S: ROWS.map((prefix) => ({ prefix })) } } } }) },
        ],
      },
      StartingPosition: 'TRIM_HORIZON',
      TumblingWindowInSeconds: 900,
    },
  ]);
});

test('each shard of a stream is processed in order, for the marks of bulk operations and those of counters', () => {
  for (const mapping of streams) {
    const { ParallelizationFactor = 1 } = z.object({ ParallelizationFactor: z.number().optional() }).parse(mapping);
    expect(ParallelizationFactor).toBe(1);
  }
});

const SOON = new Date(1_000).toISOString();
/** One event of each type, with data that makes its job be queued, if events of the type can do that. */
const examples: { readonly [Type in JobEventType]: Extract<JobEvent, { type: Type }>['data'] } = {
  JobRequested: {
    action: 'imap_sync_mailboxes',
    payload: {},
    task_id: null,
    credential_id: 'pc_1',
    generation: 1,
    priority: 0,
    labels: [],
    run_at: null,
    max_attempts: null,
    source: { kind: 'task', id: 'tsk_1' },
  },
  DeliveriesFolded: { deliveries: { count: 1, ids: ['dlv_1'] } },
  JobReleased: {},
  AttemptStarted: { attempt: 1, part: 1, lease_id: 'l' },
  MutationPlanned: { plan: {} },
  AttemptYielded: { checkpoint: null },
  AttemptSucceeded: { result: {} },
  AttemptFailed: {
    code: 'provider_timeout',
    category: 'transient',
    detail: '',
    retry_at: SOON,
    outcome_unknown: false,
  },
  AttemptAbandoned: { lease_id: 'l', gives_up: false },
  HoldExpired: { code: 'auth_failed', category: 'authentication', detail: '' },
  JobRefused: { code: 'credential_of_another_account', category: 'authorization', detail: '' },
  JobPostponed: { until: SOON, because: 'rate_limited' },
  JobRetryRequested: { reason: null },
  JobTriggered: { reason: null, force: false },
  JobCancelled: { reason: null },
  JobResolved: { note: null },
  JobReopened: { reason: null },
  JobUpdated: { changes: { run_at: SOON } },
  JobDeleted: { reason: null },
};

test('the dispatcher gets exactly the event types that queue a job, free a credential, start a bulk operation or request a job', () => {
  const queueing = Object.entries(examples)
    .map(([type, data]) =>
      recordedJobEventSchema.parse({
        stream_id: 'job_1',
        version: 1,
        type,
        schema: 1,
        account_id: 'acc_1',
        at: SOON,
        actor: { kind: 'system', id: 'test' },
        append_id: 'a',
        data,
      }),
    )
    .filter((event) => queueDelayMs(event, 0) !== null)
    .map(({ type }) => type);
  const whole = patterns.filter(({ dynamodb }) => dynamodb?.NewImage.data === undefined);
  const sent = whole.flatMap(({ dynamodb }) => dynamodb?.NewImage.type.S ?? []);
  expect(sent.sort()).toEqual(
    [...queueing, 'BulkRequested', 'CredentialResumed', 'CredentialVerified', 'DeliveryReceived'].sort(),
  );
});

test('the dispatcher gets the success of a job only if the job requests a second pass', () => {
  const [{ dynamodb } = {}] = patterns.filter((pattern) => pattern.dynamodb?.NewImage.data !== undefined);
  const image = (data: object) => marshall({ type: 'AttemptSucceeded', data });
  expect(matchesPattern(readPattern(dynamodb?.NewImage), image({ recheck_at: SOON }))).toBe(true);
  expect(matchesPattern(readPattern(dynamodb?.NewImage), image({ recheck_at: null }))).toBe(false);
  expect(matchesPattern(readPattern(dynamodb?.NewImage), image({ result: { recheck_at: SOON } }))).toBe(false);
});

test('messages stay hidden for six times the worker’s timeout, and go to the dead letters after five failures', () => {
  const reported = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
  for (const [worker, queue, mapping] of [
    ['Worker', 'WorkQueue', { BatchSize: 10, ScalingConfig: { MaximumConcurrency: 50 } }],
    ['Worker', 'PriorityQueue', { BatchSize: 10, ScalingConfig: { MaximumConcurrency: 50 } }],
    ['Bulk', 'BulkQueue', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 10 } }],
  ] as const) {
    const work = z
      .object({
        VisibilityTimeout: z.number(),
        RedrivePolicy: z.object({ maxReceiveCount: z.number(), deadLetterTargetArn: z.unknown() }),
        QueueName: z.undefined().optional(),
      })
      .parse(ofType(service, 'AWS::SQS::Queue').find(({ id }) => id.startsWith(`${queue}Work`))?.Properties);
    expect(functions.find(({ id }) => id.startsWith(worker))?.Timeout).toBe(300);
    expect(work.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 300);
    expect(work.RedrivePolicy.maxReceiveCount).toBe(5);
    expect(JSON.stringify(work.RedrivePolicy.deadLetterTargetArn)).toContain(`${queue}DeadLetters`);
    const ofWorker = mappings.filter((each) => JSON.stringify(each.EventSourceArn).includes(`"${queue}Work`));
    expect(JSON.stringify(ofWorker[0]?.FunctionName)).toContain(`"${worker}`);
    expect(ofWorker).toMatchObject([{ ...mapping, ...reported }]);
  }
});

test('dead letters and skipped stream records are kept for two weeks, and queues are encrypted', () => {
  const queues = ofType(service, 'AWS::SQS::Queue');
  expect(queues).toHaveLength(7);
  for (const { id, Properties } of queues) {
    expect(Properties.SqsManagedSseEnabled).toBe(true);
    if (!/^(Work|Priority|Bulk)QueueWork/.test(id)) expect(Properties.MessageRetentionPeriod).toBe(14 * 86_400);
  }
});

test('the sweeper runs every minute, retention every quarter of an hour', () => {
  const rules = propertiesOf('AWS::Events::Rule').map(({ ScheduleExpression, Targets }) => [
    ScheduleExpression,
    /"(Sweeper|Retention)/.exec(JSON.stringify(Targets))?.[1],
  ]);
  expect(rules.sort()).toEqual([
    ['rate(1 minute)', 'Sweeper'],
    ['rate(15 minutes)', 'Retention'],
  ]);
});

test('scheduled invocations are not retried by EventBridge or Lambda, and expire after a minute', () => {
  const targets = propertiesOf('AWS::Events::Rule').map(({ Targets }) => Targets);
  for (const target of targets) expect(target).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
  const invocations = propertiesOf('AWS::Lambda::EventInvokeConfig').map(({ FunctionName, ...rest }) => ({
    function: /"(Sweeper|Retention)/.exec(JSON.stringify(FunctionName))?.[1],
    retries: rest.MaximumRetryAttempts,
    seconds: rest.MaximumEventAgeInSeconds,
  }));
  expect(invocations.toSorted((a, b) => String(a.function).localeCompare(String(b.function)))).toEqual([
    { function: 'Retention', retries: 0, seconds: 60 },
    { function: 'Sweeper', retries: 0, seconds: 60 },
  ]);
});

test('the share of one account is a setting, below the concurrency of the mapping', () => {
  const held = ['ACCOUNT_WORKERS', 'ACCOUNT_BULKS', 'ACCOUNT_WAITS'];
  const told = (stack: typeof service) =>
    ofType(stack, 'AWS::Lambda::Function').flatMap(({ id, Properties }) =>
      Object.entries(functionSchema.parse(Properties).Environment.Variables).flatMap(([name, value]) =>
        held.includes(name) ? [`${id.replace(/[0-9A-F]{8}$/, '')} ${name}=${value}`] : [],
      ),
    );
  expect(told(service).sort()).toEqual([
    'Bulk ACCOUNT_BULKS=3',
    'Command ACCOUNT_WAITS=10',
    'Credentials ACCOUNT_WAITS=10',
    'Read ACCOUNT_WAITS=10',
    'Tasks ACCOUNT_WAITS=10',
    'Worker ACCOUNT_WORKERS=16',
  ]);
  const others = synthesized({ accountWorkers: '5', accountBulks: '1', accountWaits: '4' });
  expect(told(others.service).sort()).toEqual([
    'Bulk ACCOUNT_BULKS=1',
    'Command ACCOUNT_WAITS=4',
    'Credentials ACCOUNT_WAITS=4',
    'Read ACCOUNT_WAITS=4',
    'Tasks ACCOUNT_WAITS=4',
    'Worker ACCOUNT_WORKERS=5',
  ]);
  for (const wrong of [{ accountWorkers: '51' }, { accountBulks: '0' }, { accountWaits: 'many' }])
    expect(() => synthesized(wrong)).toThrow(Object.keys(wrong)[0]);
});

test('retention has a whole processor and nearly the whole time until its next run', () => {
  const found = ofType(service, 'AWS::Lambda::Function').find(({ Properties }) =>
    JSON.stringify(Properties).includes('RETAIN_FAILED_HOURS'),
  );
  expect(found?.Properties).toMatchObject({ MemorySize: 1769, Timeout: 840 });
});

test('the sweeper has a whole processor, so that it can start about a hundred scheduled runs a second', () => {
  const found = ofType(service, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('Sweeper'));
  expect(found?.Properties).toMatchObject({ MemorySize: 1769, Timeout: 55 });
});
