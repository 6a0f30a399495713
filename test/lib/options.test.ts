/** The effect of a stage's settings on the templates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { newApp, ofType, type Resource, statementsOf, synthesized } from './synthesized.ts';

const plain = synthesized();
const API_FUNCTIONS = ['Command', 'Credentials', 'Document', 'Read', 'Tasks', 'Webhooks'];
const nameOf = (value: unknown): string => /"([A-Za-z]+?)(?:Live)?[0-9A-F]{8}"/.exec(JSON.stringify(value))?.[1] ?? '';
const only = (resources: readonly Resource[], type: string) =>
  ofType(resources, type).map(({ Properties }) => Properties);

test('all invocations of a function use the alias of its newest version', () => {
  const invoked = [
    ...only(plain.service, 'AWS::Lambda::EventSourceMapping').map(({ FunctionName }) => FunctionName),
    ...only(plain.service, 'AWS::Lambda::Permission').map(({ FunctionName }) => FunctionName),
    ...only(plain.service, 'AWS::ApiGatewayV2::Integration').map(({ IntegrationUri }) => IntegrationUri),
    ...only(plain.service, 'AWS::Events::Rule').map(({ Targets }) => Targets),
    ...only(plain.service, 'AWS::Lambda::EventInvokeConfig').map(({ Qualifier }) => Qualifier),
  ];
  expect(invoked.length).toBeGreaterThan(20);
  for (const each of invoked) expect(JSON.stringify(each)).toMatch(/"Ref":"[A-Za-z]+Live[0-9A-F]{8}"/);
  for (const { DeletionPolicy } of ofType(plain.service, 'AWS::Lambda::Version')) expect(DeletionPolicy).toBe('Retain');
});

test('a release of the API is a canary that the alarm on failed requests rolls back; other functions change at once', () => {
  const groups = only(plain.service, 'AWS::CodeDeploy::DeploymentGroup');
  for (const group of groups)
    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: expect.stringMatching(/^AlarmsServerErrors/) } }] },
      AutoRollbackConfiguration: { Enabled: true, Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM']) },
    });
  const moved = updatedByCodeDeploy(plain.directory);
  expect(moved.toSorted()).toEqual(API_FUNCTIONS);
  expect(groups).toHaveLength(API_FUNCTIONS.length);
  const off = synthesized({ canary: 'off' });
  expect([updatedByCodeDeploy(off.directory), only(off.service, 'AWS::CodeDeploy::DeploymentGroup')]).toEqual([[], []]);
});

/** The functions whose alias CodeDeploy moves. */
function updatedByCodeDeploy(directory: string): string[] {
  const alias = z.object({
    Type: z.string(),
    Properties: z.record(z.string(), z.unknown()).default({}),
    UpdatePolicy: z.object({ CodeDeployLambdaAliasUpdate: z.unknown() }).optional(),
  });
  const template = z.object({ Resources: z.record(z.string(), alias) });
  const { Resources } = template.parse(
    JSON.parse(readFileSync(join(directory, 'InboxManagerService.template.json'), 'utf8')),
  );
  return Object.values(Resources)
    .filter(({ Type, UpdatePolicy }) => Type === 'AWS::Lambda::Alias' && UpdatePolicy !== undefined)
    .map(({ Properties }) => nameOf(Properties.FunctionName));
}

test('with a custom domain the API has no other address', () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/0f';
  const { service } = synthesized({ domainName: 'api.example.test', certificateArn });
  expect(only(service, 'AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
  expect(only(service, 'AWS::ApiGatewayV2::DomainName')).toMatchObject([
    { DomainName: 'api.example.test', DomainNameConfigurations: [{ CertificateArn: certificateArn }] },
  ]);
  expect(only(service, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
  expect(only(plain.service, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('DisableExecuteApiEndpoint');
});

test('browsers may call the API only from pages of a configured origin', () => {
  expect(only(plain.service, 'AWS::ApiGatewayV2::Api')[0]).not.toHaveProperty('CorsConfiguration');
  const { service } = synthesized({ corsOrigins: 'https://console.example.test,http://localhost:5173' });
  const [{ CorsConfiguration } = {}] = only(service, 'AWS::ApiGatewayV2::Api');
  expect(CorsConfiguration).toMatchObject({
    AllowOrigins: ['https://console.example.test', 'http://localhost:5173'],
    AllowHeaders: expect.arrayContaining(['authorization', 'if-match', 'idempotency-key']),
    ExposeHeaders: expect.arrayContaining(['etag', 'retry-after', 'x-request-id']),
  });
  expect(CorsConfiguration).not.toHaveProperty('AllowCredentials');
});

test('the stage sets how many workers and bulk runners the queues invoke at once', () => {
  const { service } = synthesized({ workerConcurrency: '2', bulkConcurrency: '3' });
  const most = only(service, 'AWS::Lambda::EventSourceMapping').flatMap(({ ScalingConfig }) =>
    ScalingConfig === undefined ? [] : [ScalingConfig],
  );
  const counts = most.map((scaling) => z.object({ MaximumConcurrency: z.number() }).parse(scaling).MaximumConcurrency);
  expect(counts.toSorted()).toEqual([2, 2, 3]);
});

test('concurrency is reserved only for the functions that the stage names', () => {
  const { service } = synthesized({ reservedConcurrency: '{"Read":20,"Worker":100}' });
  const reserved = ofType(service, 'AWS::Lambda::Function').flatMap(({ id, Properties }) =>
    Properties.ReservedConcurrentExecutions === undefined
      ? []
      : [[id.replace(/[0-9A-F]{8}$/, ''), Properties.ReservedConcurrentExecutions]],
  );
  expect(Object.fromEntries(reserved)).toEqual({ Read: 20, Worker: 100 });
});

test('only the dispatcher may work on several batches of a shard: projector and counter keep its order', () => {
  const { service } = synthesized({ dispatcherParallelization: '4' });
  const factors = only(service, 'AWS::Lambda::EventSourceMapping').flatMap(
    ({ FunctionName, StartingPosition, ParallelizationFactor = 1 }) =>
      StartingPosition === undefined ? [] : [[nameOf(FunctionName), ParallelizationFactor]],
  );
  expect(Object.fromEntries(factors)).toEqual({ Counter: 1, Dispatcher: 4, Projector: 1 });
});

test('projector and counter collect batches for as long as the stage says; the dispatcher does not wait', () => {
  const windows = (context: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      only(synthesized(context).service, 'AWS::Lambda::EventSourceMapping').flatMap(
        ({ FunctionName, StartingPosition, MaximumBatchingWindowInSeconds = 0 }) =>
          StartingPosition === undefined ? [] : [[nameOf(FunctionName), MaximumBatchingWindowInSeconds]],
      ),
    );
  expect(windows({})).toEqual({ Counter: 2, Dispatcher: 0, Projector: 2 });
  expect(windows({ projectionWindowSeconds: '5' })).toEqual({ Counter: 5, Dispatcher: 0, Projector: 5 });
  expect(() => synthesized({ projectionWindowSeconds: '11' })).toThrow(/projectionWindowSeconds/);
});

test('only the counter reads the stream of view rows, with the name of the shard', () => {
  const { service } = synthesized();
  const mappings = only(service, 'AWS::Lambda::EventSourceMapping').filter(({ EventSourceArn }) =>
    JSON.stringify(EventSourceArn).includes('TablesViews'),
  );
  expect(mappings.map(({ FunctionName }) => nameOf(FunctionName))).toEqual(['Counter']);
  expect(mappings[0]).toMatchObject({ TumblingWindowInSeconds: 900 });
});

test('functions that contact mail servers run in a network with fixed addresses, which allows only mail ports and HTTPS', () => {
  const { app, network } = newApp({ natGateways: '2', imapPorts: '993,143' });
  const { directory } = app.synth();
  expect(network?.terminationProtection).toBe(true);
  const read = (name: string): Resource[] => {
    const { Resources } = z
      .object({
        Resources: z.record(z.string(), z.looseObject({ Type: z.string(), DeletionPolicy: z.string().optional() })),
      })
      .parse(JSON.parse(readFileSync(join(directory, `${name}.template.json`), 'utf8')));
    return Object.entries(Resources).map(([id, each]) => ({ id, Properties: {}, ...each }));
  };
  const own = read('InboxManagerNetwork');
  expect(ofType(own, 'AWS::EC2::EIP').map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
  expect(ofType(own, 'AWS::EC2::NatGateway')).toHaveLength(2);
  const [group] = only(own, 'AWS::EC2::SecurityGroup');
  const rules = z.array(z.object({ FromPort: z.number(), ToPort: z.number(), IpProtocol: z.string() }));
  const out = rules
    .parse(group?.SecurityGroupEgress)
    .map(({ FromPort, ToPort, IpProtocol }) => `${IpProtocol} ${FromPort}-${ToPort}`);
  expect(out.toSorted()).toEqual(['tcp 143-143', 'tcp 443-443', 'tcp 993-993']);
  expect(group).not.toHaveProperty('SecurityGroupIngress');
  const placed = ofType(read('InboxManagerService'), 'AWS::Lambda::Function').filter(
    ({ Properties }) => 'VpcConfig' in Properties,
  );
  expect(placed.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual(['Credentials', 'Worker']);
  expect(newApp().network).toBeNull();
});

test('code of a function cannot use the permissions with which Lambda places the function in a network', () => {
  const { service } = synthesized({ natGateways: '1', imapPorts: '993' });
  const onNetwork = statementsOf(service).filter(({ Action }) => Action.some((action) => action.startsWith('ec2:')));
  for (const holder of ['Credentials', 'Worker']) {
    const own = onNetwork.filter((statement) => statement.holder === holder);
    const [allowed, denied] = ['Allow', 'Deny'].map((effect) => own.filter(({ Effect }) => Effect === effect));
    expect(allowed).toMatchObject([{ Action: expect.arrayContaining(['ec2:CreateNetworkInterface']) }]);
    // Lambda's own calls have no source function.
    expect(denied).toEqual([
      { ...allowed?.[0], Effect: 'Deny', Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } } },
    ]);
  }
  expect(onNetwork).toHaveLength(4);
});

test('a shorter retention is allowed only by its own setting', () => {
  const shorter = (context: Readonly<Record<string, string>>) => {
    const found = ofType(synthesized(context).service, 'AWS::Lambda::Function').find(({ id }) =>
      id.startsWith('Retention'),
    );
    return z.object({ Variables: z.object({ RETAIN_SHORTER: z.string() }) }).parse(found?.Properties.Environment)
      .Variables;
  };
  expect(shorter({ retainFailedDays: '1' })).toEqual({ RETAIN_SHORTER: 'deny' });
  expect(shorter({ shorterRetention: 'allow' })).toEqual({ RETAIN_SHORTER: 'allow' });
});
