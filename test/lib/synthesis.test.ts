import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigurationError, readConfiguration, SETTINGS } from '../../lib/configuration.ts';
import { newApp } from './synthesized.ts';

test('a finding of cdk-nag without an acknowledgement stops the synthesis', () => {
  const { app, service } = newApp();
  new Bucket(service, 'Open');
  expect(() => app.synth()).toThrow(/validation/i);
});

test('an invalid setting in the context is refused by name', () => {
  expect(() => newApp({ imapLoopback: 'yes' })).toThrow(/imapLoopback/);
  expect(() => newApp({ imapPorts: '143;993' })).toThrow(/imapPorts/);
});

const GOOGLE = 'https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs';

test.each([
  'https://issuer.example=http://issuer.example/keys',
  `${GOOGLE} https://issuer.example=http://issuer.example/keys`,
  'https://issuer.example=https://localhost/keys',
  'https://issuer.example=https://keys.localhost./keys',
  'https://issuer.example=http://127.0.0.1/keys',
  'https://issuer.example=https://[::1]/keys',
  'https://issuer.example=https://user:password@issuer.example/keys',
  'https://issuer.example=ftp://issuer.example/keys',
])('a deployment fetches no keys of push issuers from %s', (pushIssuers) => {
  expect(() => newApp({ pushIssuers })).toThrow(/pushIssuers/);
});

test('a deployment trusts only issuers with https; a local stack may also name itself by http', () => {
  expect(() => newApp({ issuer: 'http://issuer.example/' })).toThrow(/issuer/);
  expect(() => newApp({ issuer: 'http://127.0.0.1:4000/_local/oidc' })).toThrow(/issuer/);
  const laptop = { imapLoopback: 'allow', issuer: 'http://127.0.0.1:4000/_local/oidc' };
  expect(() => newApp({ ...laptop, pushIssuers: `${GOOGLE} ${laptop.issuer}=${laptop.issuer}/jwks` })).not.toThrow();
  expect(() => newApp({ ...laptop, issuer: 'http://issuer.example/' })).toThrow(/issuer/);
  expect(() => newApp({ ...laptop, pushIssuers: 'https://a.example=http://a.example/keys' })).toThrow(/pushIssuers/);
});

const FILLED_IN = {
  issuer: 'https://issuer.example.test/',
  audience: 'jobs',
  alarmEmails: ['oncall@example.test'],
  retainUnchangedHours: 24,
  retainSucceededDays: 7,
  retainFailedDays: 90,
};

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0f';

/** The configuration of a stage `prod` with this file, and this context. */
function configured(file: object | string, context: Readonly<Record<string, unknown>> = { stage: 'prod' }) {
  const folder = mkdtempSync(join(tmpdir(), 'stages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'prod.json'), typeof file === 'string' ? file : JSON.stringify(file));
  return readConfiguration(new App({ context: { ...context }, outdir: join(folder, 'cdk.out') }), folder);
}

const without = (name: keyof typeof FILLED_IN) => ({ ...FILLED_IN, [name]: undefined });

test.each([
  [FILLED_IN, {}, 'Name a stage with -c stage=NAME. There are: prod (config/NAME.json).'],
  [FILLED_IN, { stage: 'pord' }, 'There is no config/pord.json. The stages are: prod.'],
  [FILLED_IN, { stage: '../prod' }, 'There is no config/../prod.json. The stages are: prod.'],
  [FILLED_IN, { stage: 'prod', isuer: 'https://a.test/' }, '-c isuer: there is no such setting. Did you mean issuer?'],
  [FILLED_IN, { stage: 'prod', zzz: '1' }, '-c zzz: there is no such setting.'],
  [FILLED_IN, { stgae: 'prod' }, '-c stgae: there is no such setting. Did you mean stage?'],
  [
    { ...FILLED_IN, audiance: 'x' },
    undefined,
    'config/prod.json: there is no setting audiance. Did you mean audience?',
  ],
  ['{ "issuer"', undefined, 'config/prod.json must be a JSON object.'],
  ['[]', undefined, 'config/prod.json must be a JSON object.'],
  [{ ...FILLED_IN, imapPorts: 143 }, undefined, /^config\/prod\.json, imapPorts: .+\.$/],
  [FILLED_IN, { stage: 'prod', imapPorts: '143;993' }, /^-c imapPorts: .+\.$/],
  [{ ...FILLED_IN, prefix: 'Ours' }, undefined, /^config\/prod\.json, prefix: .+\.$/],
  [{ ...FILLED_IN, region: 'Frankfurt' }, undefined, /^config\/prod\.json, region: .+\.$/],
  [{ ...FILLED_IN, limits: { testsPerHour: 0 } }, undefined, /^config\/prod\.json, limits\.testsPerHour: .+\.$/],
  [
    { ...FILLED_IN, alarmEmails: [] },
    undefined,
    'config/prod.json, alarmEmails: must name an address, unless alarmTopicArn is set.',
  ],
  [FILLED_IN, { stage: 'prod', alarmEmails: 'nobody' }, /^-c alarmEmails\.0: .+\.$/],
  [FILLED_IN, { stage: 'prod', alarmTopicArn: 'oncall' }, /^-c alarmTopicArn: .+\.$/],
  [FILLED_IN, { stage: 'prod', workerConcurrency: '1' }, /^-c workerConcurrency: .*2/],
  [
    FILLED_IN,
    { stage: 'prod', accountConcurrency: '100' },
    /workerConcurrency: does not fit: .* are more than accountConcurrency\.$/,
  ],
  [FILLED_IN, { stage: 'prod', accountWorkers: '51' }, '-c accountWorkers: must not be more than workerConcurrency.'],
  [FILLED_IN, { stage: 'prod', accountBulks: '11' }, '-c accountBulks: must not be more than bulkConcurrency.'],
  [FILLED_IN, { stage: 'prod', reservedConcurrency: '{"Raed":5}' }, /^-c reservedConcurrency.*: .+\.$/],
  [FILLED_IN, { stage: 'prod', reservedConcurrency: '{"Read":' }, /^-c reservedConcurrency: .+\.$/],
  [FILLED_IN, { stage: 'prod', reservedConcurrency: '{"Read":950}' }, /AWS keeps 100 of accountConcurrency/],
  [FILLED_IN, { stage: 'prod', reservedConcurrency: '{"Worker":99}' }, /must give Worker at least twice/],
  [FILLED_IN, { stage: 'prod', reservedConcurrency: '{"Bulk":9}' }, /must give Bulk at least bulkConcurrency/],
  [FILLED_IN, { stage: 'prod', dispatcherParallelization: '11' }, /^-c dispatcherParallelization: .+\.$/],
  [FILLED_IN, { stage: 'prod', canary: 'yes' }, /^-c canary: .+\.$/],
  [FILLED_IN, { stage: 'prod', domainName: 'https://api.example.test' }, /^-c domainName: .+\.$/],
  [
    { ...FILLED_IN, domainName: 'api.example.test', certificateArn: 'arn:aws:iam::1:server-certificate/x' },
    undefined,
    /^config\/prod\.json, certificateArn: .+\.$/,
  ],
  [
    { ...FILLED_IN, certificateArn: CERTIFICATE },
    undefined,
    /certificateArn: goes with domainName: both or neither\.$/,
  ],
  [FILLED_IN, { stage: 'prod', corsOrigins: '*' }, /^-c corsOrigins\.0: .+\.$/],
  [FILLED_IN, { stage: 'prod', corsOrigins: 'https://a.example.test/path' }, /^-c corsOrigins\.0: .+\.$/],
  [FILLED_IN, { stage: 'prod', natGateways: '3' }, /^-c natGateways: .+\.$/],
  [
    { ...FILLED_IN, natGateways: 1, imapPorts: 'any' },
    undefined,
    /imapPorts: must list ports where natGateways is set/,
  ],
  [FILLED_IN, { stage: 'prod', shorterRetention: 'true' }, /^-c shorterRetention: .+\.$/],
])('the stage file %j with the context %j is refused in one line', (file, context, message) => {
  const read = () => configured(file, context);
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(message instanceof RegExp ? message : new ConfigurationError(message));
});

const NEVER_GUESSED = [
  'alarmEmails',
  'issuer',
  'audience',
  'retainUnchangedHours',
  'retainSucceededDays',
  'retainFailedDays',
] as const;

test.each(NEVER_GUESSED)('%s has no default: a stage without it is refused', (name) => {
  expect(() => configured(without(name))).toThrow(`config/prod.json must have the setting ${name}`);
});

test('values of CDK in the context are not settings', () => {
  const kept = { 'acknowledged-issue-numbers': [34892], '@aws-cdk/aws-iam:minimizePolicies': true };
  expect(configured(FILLED_IN, { stage: 'prod', ...kept })).toMatchObject({ stage: 'prod' });
});

/** Flags that differ from CDK's recommendation, with the reason. */
const OTHER_FLAGS: Readonly<Record<string, unknown>> = {
  // The template is made only for this partition.
  '@aws-cdk/core:target-partitions': ['aws'],
  // Then CloudFormation refuses to remove values from the state stack that the service stack uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

test('cdk.json sets every feature flag that the installed CDK recommends', () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
  const recommended = read('node_modules/aws-cdk-lib/recommended-feature-flags.json');
  expect(read('cdk.json').context).toEqual({ ...recommended, ...OTHER_FLAGS });
});

test('cdk runs the app with the node on the PATH, because node_modules has none for some platforms', () => {
  const { app } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  expect(app).toBe('node bin/inbox-manager.ts');
});

test('one account gets a third of the workers and bulk runners, unless its share is set', () => {
  expect(configured(FILLED_IN)).toMatchObject({ accountWorkers: 16, accountBulks: 3 });
  const small = { ...FILLED_IN, workerConcurrency: 2, bulkConcurrency: 2, accountConcurrency: 10 };
  expect(configured(small)).toMatchObject({ accountWorkers: 1, accountBulks: 1 });
  expect(configured({ ...small, accountWorkers: 2 })).toMatchObject({ accountWorkers: 2 });
});

test('a setting of the command line overrides that of the file', () => {
  expect(configured(FILLED_IN, { stage: 'prod', audience: 'others', retainFailedDays: '30' })).toMatchObject({
    audience: 'others',
    retainFailedDays: 30,
    retainSucceededDays: 7,
  });
});

test.each(['local', 'staging', 'prod'])(
  'the stage %s synthesizes with an issuer, under its own names and tags',
  (stage) => {
    const { app, state, service } = newApp({ stage });
    app.synth();
    expect([state.stackName, service.stackName]).toEqual([
      `inbox-manager-${stage}-state`,
      `inbox-manager-${stage}-service`,
    ]);
    for (const stack of [state, service])
      expect(stack.tags.tagValues()).toMatchObject({ stage, application: 'inbox-manager' });
  },
);

test('two prefixes make two deployments in one AWS account, and a stage can name its account and region', () => {
  const { state, service } = newApp({ prefix: 'ours', account: '111122223333', region: 'eu-central-1' });
  expect([state.stackName, service.stackName]).toEqual(['ours-prod-state', 'ours-prod-service']);
  expect(service).toMatchObject({ account: '111122223333', region: 'eu-central-1' });
});

test('docs/deployment.md lists each setting of a stage, and no other', () => {
  const page = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  );
  expect(rows.toSorted()).toEqual([...SETTINGS].toSorted());
});

test('each cdk command of the docs names a stage, and stacks of the app', () => {
  const { app } = newApp({ consoleHosting: 'on', consoleClient: 'console', natGateways: '1' });
  const stacks = app.node.children.map(({ node }) => node.id);
  const pages = ['deployment', 'operations'].map((name) =>
    readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'),
  );
  const commands = [...pages.join('\n').matchAll(/npx cdk (\w+)((?: [^\s`]+)*)/g)];
  expect(commands.length).toBeGreaterThan(12);
  for (const [text, command = '', rest = ''] of commands) {
    expect(rest, text).toMatch(/ -c stage=prod\b/);
    const [name = ''] = rest.trim().split(' ');
    if (!['bootstrap', 'list'].includes(command)) expect(['--all', ...stacks], text).toContain(name);
  }
});
