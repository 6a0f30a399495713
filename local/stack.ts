/**
 * The embedded stack: hosts the synthesized template on one machine. Everything that is deployed comes from the
 * template (tables, queues, mappings, routes, schedules, environment); only the engines behind it are local ones.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Complaint } from './complaint.ts';
import { takeDataDirectory } from './data-directory.ts';
import { givenEngine, startDynoxide } from './engines/dynoxide.ts';
import { createQueue, startSqs } from './engines/fauxqs.ts';
import { forwardTo } from './engines/forward.ts';
import { guardedServer } from './engines/guard.ts';
import { startKms } from './engines/kms.ts';
import { startShardedStreams } from './engines/sharded-streams.ts';
import { newStartCredentials, type StartCredentials } from './engines/start-credentials.ts';
import { ensureTable } from './engines/tables.ts';
import { startMappings } from './events/mappings.ts';
import { rateMs, schedule } from './events/schedule.ts';
import { gateway } from './http/gateway.ts';
import { createIssuer, type TokenRequest } from './http/issuer.ts';
import { listenOnLoopback } from './http/listen.ts';
import { gatewayRoutes } from './http/routes.ts';
import { openFrontDoor } from './http/server.ts';
import { makeFunctions } from './lambda/functions.ts';
import { ACCOUNT, REGION, type Resource, readAssembly, resourcesOf } from './template/assembly.ts';
import { resolveValue } from './template/intrinsics.ts';
import { synthesize } from './template/synthesize.ts';

export type StackOptions = {
  /** Null: a temporary one, removed at the end. */
  readonly dataDirectory: string | null;
  /** 0: any. */
  readonly port: number;
  /**
   * Overrides the issuer's address, for tests: the template then is the same whatever the port. Functions get the
   * real address of its keys.
   */
  readonly issuer?: string;
  /** Overrides the schedules' own rate, for tests that cannot wait a minute. */
  readonly everyMs?: number;
  /** Longest batching window of a stream's mapping in milliseconds, for tests that cannot wait a second at each event. */
  readonly windowMs?: number;
  /** Milliseconds that a mail server may be silent, for tests that cannot wait as long as a deployment does. */
  readonly imapSilenceMs?: number;
  /** How much later than on AWS the gateway and a function give up, for tests on a machine that is slow. */
  readonly lateMs?: number;
  /** Shards of the log's stream; 4 as a new on-demand table on AWS. */
  readonly streamShards?: number;
  /** Called when something that the stack needs has ended by itself. */
  readonly onLost?: (complaint: Complaint) => void;
};

export type Stack = {
  readonly url: string;
  readonly dataDirectory: string;
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly kms: string };
  /** What the endpoints answer to: no other start's. */
  readonly credentials: StartCredentials;
  /** Table names by the environment variable that carries them. */
  readonly environment: Readonly<Record<string, string>>;
  token(request: TokenRequest): Promise<string>;
  /** Invokes the function whose logical id begins like this. */
  invoke(function_: string, event: unknown): Promise<unknown>;
  /** Ends the environments of that function as if the machines under them had died. */
  kill(function_: string): Promise<void>;
  /** From now on `/_local/health` answers 200. */
  ready(): void;
  stop(): Promise<void>;
};

const STREAM_SHARDS = 4;
/** How long a read of a stream waits for a first record. */
const HOLD_MS = 1_000;
const AUDIENCE = 'inbox-manager';

/** Starts it all, or throws (Complaint where a sentence helps) with nothing left running. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  stops: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const data = takeDataDirectory(options.dataDirectory);
  stops.push(data.release);
  const door = await openFrontDoor(options.port);
  stops.push(door.stop);
  const credentials = newStartCredentials();
  const issuer = await createIssuer(data.file('issuer.jwk'), options.issuer ?? `${door.url}/_local/oidc`, AUDIENCE);
  const parts = [
    synthesize(localContext(issuer.issuer)),
    startDatabase(data.file('events.db'), credentials, stops, options.onLost),
    startSqs(credentials).then((server) => {
      stops.push(server.stop);
      return server.url;
    }),
  ] as const;
  // Whatever one of them fails by, the others must have come to where they can be stopped.
  await Promise.allSettled(parts);
  const [directory, dynamodb, sqs] = await Promise.all(parts);
  const assembly = readAssembly(directory);
  const attributes = new Map<string, string>();
  const resolved = (resource: Resource): Resource => ({
    ...resource,
    properties: Object(resolveValue(resource.properties, assembly, attributes)),
  });
  const keysAt = `${door.url}/_local/oidc/jwks`;

  const [key] = resourcesOf(assembly, 'AWS::KMS::Key');
  const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key?.id ?? 'none'}`;
  if (key !== undefined) attributes.set(`${key.id}.Arn`, keyArn).set(`${key.id}.Ref`, keyArn);
  const kms = await startKms(data.file('kms.key'), keyArn, credentials);
  stops.push(kms.stop);

  const sharded = await startShardedStreams(dynamodb, options.streamShards ?? STREAM_SHARDS, credentials, HOLD_MS);
  stops.push(sharded.stop);

  const client = { region: REGION, credentials };
  const tables = new DynamoDBClient({ ...client, endpoint: dynamodb });
  for (const table of resourcesOf(assembly, 'AWS::DynamoDB::GlobalTable')) {
    const streamArn = await ensureTable(tables, table);
    attributes
      .set(`${table.id}.Ref`, table.id)
      .set(`${table.id}.Arn`, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table.id}`);
    if (streamArn !== null) attributes.set(`${table.id}.StreamArn`, streamArn);
  }
  tables.destroy();

  const queues = new SQSClient({ ...client, endpoint: sqs });
  const queueResources = resourcesOf(assembly, 'AWS::SQS::Queue');
  for (const queue of queueResources) attributes.set(`${queue.id}.Arn`, `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue.id}`);
  for (const queue of queueResources)
    attributes.set(`${queue.id}.Ref`, await createQueue(queues, resolved(queue), sqs));

  const endpoints = { dynamodb, sqs, kms: kms.url };
  const functions = makeFunctions(
    resourcesOf(assembly, 'AWS::Lambda::Function').map(resolved),
    (value) => value.replaceAll(`${issuer.issuer}/jwks`, keysAt),
    directory,
    data.file('logs'),
    {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: sharded.url,
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_KMS: kms.url,
      ...(options.imapSilenceMs === undefined ? {} : { IMAP_SILENCE_MS: String(options.imapSilenceMs) }),
    },
    options.lateMs ?? 0,
  );
  stops.push(functions.stop);
  for (const id of functions.pools.keys()) attributes.set(`${id}.Arn`, id);

  const routes = gatewayRoutes(assembly, attributes, functions.pools, options.lateMs);
  door.open(issuer, gateway(routes, issuer, new URL(door.url).host));
  const streams = new DynamoDBStreamsClient({ ...client, endpoint: sharded.url });
  const mappings = resourcesOf(assembly, 'AWS::Lambda::EventSourceMapping').map(resolved);
  stops.push(
    startMappings(mappings, {
      streams,
      queues,
      pools: functions.pools,
      attributes,
      checkpoints: data.file('checkpoints'),
      windowMs: options.windowMs ?? Number.POSITIVE_INFINITY,
    }),
  );
  for (const { properties } of resourcesOf(assembly, 'AWS::Events::Rule').map(resolved)) {
    const [target] = Array.isArray(properties.Targets) ? properties.Targets : [];
    const pool = functions.pools.get(String(target?.Arn));
    if (pool === undefined || properties.State === 'DISABLED') continue;
    const timer = schedule(options.everyMs ?? rateMs(String(properties.ScheduleExpression)), pool);
    stops.push(timer.stop);
  }

  const poolOf = (prefix: string) => {
    const [, pool] = [...functions.pools].find(([id]) => id.startsWith(prefix)) ?? [];
    if (pool === undefined) throw new Error(`no function ${prefix}`);
    return pool;
  };
  return {
    url: door.url,
    dataDirectory: data.path,
    endpoints,
    credentials,
    environment: functions.environment,
    ready: door.ready,
    stop,
    async token(request) {
      return (await issuer.token(request)).access_token;
    },
    invoke: async (prefix, event) => poolOf(prefix).invoke(event),
    kill: async (prefix) => poolOf(prefix).kill(),
  };
}

/** What `cdk deploy` would be given with `-c`: the stage `local`, and the issuer of this start. */
export function localContext(issuer: string): Readonly<Record<string, string>> {
  // Google's pushes need Google; who tries without takes a token of this issuer for one of theirs.
  const pushIssuers = `${issuer}=${issuer}/jwks https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs`;
  return { stage: 'local', issuer, audience: AUDIENCE, pushIssuers };
}

/** The engine of the environment if it names one, else our own over a file, behind the guard. */
async function startDatabase(
  path: string,
  credentials: StartCredentials,
  stops: (() => Promise<void> | void)[],
  onLost: StackOptions['onLost'],
): Promise<string> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given !== undefined && given !== '') return givenEngine(given);
  const engine = await startDynoxide(path);
  stops.push(engine.stop);
  if (onLost !== undefined) engine.onLost(onLost);
  const guard = await listenOnLoopback(guardedServer(credentials, forwardTo(engine.endpoint)), 0);
  stops.push(guard.stop);
  return guard.url;
}
