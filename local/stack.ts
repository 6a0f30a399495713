/**
 * The embedded stack hosts the synthesized template on one machine. Everything that is deployed comes from the template
 * (tables, queues, mappings, routes, schedules, environment); only the engines behind it are local ones.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Complaint } from './complaint.ts';
import type { OpenConsole } from './console/pages.ts';
import { takeDataDirectory } from './data-directory.ts';
import { startDatabase } from './engines/database.ts';
import { createQueue, startSqs } from './engines/fauxqs.ts';
import { startKms } from './engines/kms.ts';
import { startShardedStreams } from './engines/sharded-streams.ts';
import { credentialsEnvironment, newStartCredentials, type StartCredentials } from './engines/start-credentials.ts';
import { ensureTable, partitionKeyOf } from './engines/tables.ts';
import { startMappings } from './events/mappings.ts';
import { startRules } from './events/rules.ts';
import { admissions } from './gate/admissions.ts';
import { createGate, type Denial } from './gate/gate.ts';
import { invocationsOf } from './gate/invocations.ts';
import { requireRolesDecide } from './gate/key-policy.ts';
import { queueArn, tableArn } from './gate/needs.ts';
import { recordPermissions } from './gate/record.ts';
import { rolesOf } from './gate/roles.ts';
import { gateway } from './http/gateway.ts';
import { createIssuer, type TokenRequest } from './http/issuer.ts';
import { gatewayRoutes } from './http/routes.ts';
import { openFrontDoor } from './http/server.ts';
import { resolveAliases } from './lambda/aliases.ts';
import { makeFunctions } from './lambda/functions.ts';
import { type Reload, reloadFunctions } from './lambda/reload.ts';
import { CLI_CLIENT, CONSOLE_CLIENT } from './oidc/clients.ts';
import { ACCOUNT, type Assembly, REGION, type Resource, readAssembly, resourcesOf } from './template/assembly.ts';
import { refuseUnknownTypes } from './template/hosted.ts';
import { resolvedResource } from './template/intrinsics.ts';
import { synthesize } from './template/synthesize.ts';

export type StackOptions = {
  /** Null: a temporary directory, removed at the end. */
  readonly dataDirectory: string | null;
  /** 0: any free port. */
  readonly port: number;
  /**
   * Overrides the issuer's address, for tests: then the template does not depend on the port. Functions still get the
   * real address of its keys.
   */
  readonly issuer?: string;
  /** How long a minute of the schedules lasts in milliseconds, for tests that cannot wait one. */
  readonly minuteMs?: number;
  /**
   * Longest batching window of a stream's mapping in milliseconds, for tests that cannot wait a second at each event.
   */
  readonly windowMs?: number;
  /** Milliseconds that a mail server may be silent, for tests that cannot wait as long as a deployment does. */
  readonly imapSilenceMs?: number;
  /** Extra time after the timeouts of the gateway and of functions, ms, for tests on a slow machine. */
  readonly lateMs?: number;
  /**
   * Whether stack traces of functions name the lines of the sources (default) or those of the bundles, for tests: the
   * maps take a third of the start of an environment.
   */
  readonly sourceMaps?: boolean;
  /** Maximum number of environments per function, and of pollers per queue; default 4, few enough for a laptop. */
  readonly environments?: number;
  /** How long an idle environment is kept, ms; default 20 s. Benches and tests keep it, because a start takes long. */
  readonly idleMs?: number;
  /** Number of shards of the log's stream; default 4, like a new on-demand table on AWS. */
  readonly streamShards?: number;
  /** Opens the console that is served at `/`. Without it, there is none. */
  readonly console?: OpenConsole;
  /** Changes the template, for tests. */
  readonly altered?: (assembly: Assembly) => Assembly;
  /** Called when a function's role does not allow a call of that function. */
  readonly onDenied?: (denial: Denial) => void;
  /** Called when a process that the stack needs has ended without being stopped. */
  readonly onLost?: (complaint: Complaint) => void;
};

export type Stack = {
  readonly url: string;
  readonly dataDirectory: string;
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly kms: string };
  /** The credentials that the endpoints of this start accept. */
  readonly credentials: StartCredentials;
  /** Table names by the environment variable that contains them. */
  readonly environment: Readonly<Record<string, string>>;
  token(request: TokenRequest): Promise<string>;
  /** Invokes the function whose logical id begins with this text. */
  invoke(function_: string, event: unknown): Promise<unknown>;
  /** Ends the environments of that function as if their machines had failed. */
  kill(function_: string): Promise<void>;
  /** Builds the functions from their current sources, and uses them from the next invocation on. */
  reload(): Promise<Reload>;
  /** From now on `/_local/health` answers 200. */
  ready(): void;
  /** From now on `/_local/demo` answers with this document. */
  offerDemo(document: object): void;
  stop(): Promise<void>;
};

const STREAM_SHARDS = 4;
const ENVIRONMENTS = 4;
/**
 * Less than the minute between two sweeps: otherwise the functions of a sweep would never end and would keep their
 * memory.
 */
const IDLE_MS = 20_000;
/** How long a read of a stream waits for a first record. */
const HOLD_MS = 1_000;
const AUDIENCE = 'inbox-manager';

/** Starts the stack. Throws (Complaint if the user can correct the error) and leaves nothing running if that fails. */
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
  const record = recordPermissions();
  const gate = createGate(credentials, {
    ...record,
    onDenied(denial) {
      record.onDenied(denial);
      options.onDenied?.(denial);
    },
  });
  const partitionKeys = new Map<string, string | undefined>();
  const parts = [
    synthesize(localContext(issuer.issuer)),
    startDatabase(data.file('events.db'), gate, (table) => partitionKeys.get(table), stops, options.onLost),
    startSqs(gate).then((server) => {
      stops.push(server.stop);
      return server.url;
    }),
  ] as const;
  // If one part fails, the others must first be started completely, so that they can be stopped.
  await Promise.allSettled(parts);
  const [directory, database, sqs] = await Promise.all(parts);
  const assembly = (options.altered ?? ((unaltered) => unaltered))(readAssembly(directory));
  const attributes = new Map<string, string>();
  refuseUnknownTypes(assembly);
  const resolved = (type: string): readonly Resource[] =>
    resourcesOf(assembly, type).map((resource) => resolvedResource(resource, assembly, attributes));
  const keysAt = `${door.url}/_local/oidc/jwks`;

  const [key] = resolved('AWS::KMS::Key');
  if (key !== undefined) requireRolesDecide(key);
  const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key?.id ?? 'none'}`;
  if (key !== undefined) attributes.set(`${key.id}.Arn`, keyArn).set(`${key.id}.Ref`, keyArn);
  const kms = await startKms(data.file('kms.key'), keyArn, gate);
  stops.push(kms.stop);

  const { engine, writes } = database;
  const sharded = await startShardedStreams(engine, options.streamShards ?? STREAM_SHARDS, gate, HOLD_MS, writes);
  stops.push(sharded.stop);

  const client = { region: REGION, credentials };
  const tables = new DynamoDBClient({ ...client, endpoint: database.url });
  for (const table of resolved('AWS::DynamoDB::GlobalTable')) {
    partitionKeys.set(table.id, partitionKeyOf(table));
    const streamArn = await ensureTable(tables, table);
    attributes.set(`${table.id}.Ref`, table.id).set(`${table.id}.Arn`, tableArn(table.id));
    if (streamArn !== null) attributes.set(`${table.id}.StreamArn`, streamArn);
  }
  tables.destroy();

  const queues = new SQSClient({ ...client, endpoint: sqs });
  const queueResources = resourcesOf(assembly, 'AWS::SQS::Queue');
  for (const { id } of queueResources) attributes.set(`${id}.Arn`, queueArn(id));
  for (const queue of queueResources) {
    const url = await createQueue(queues, resolvedResource(queue, assembly, attributes), sqs);
    attributes.set(`${queue.id}.Ref`, url);
  }

  const endpoints = { dynamodb: database.url, sqs, kms: kms.url };
  const roles = rolesOf(resolved('AWS::IAM::Role'), resolved('AWS::IAM::Policy'));
  const admitted = admissions(gate, roles, record);
  const functions = makeFunctions(
    resolved('AWS::Lambda::Function'),
    (value) => value.replaceAll(`${issuer.issuer}/jwks`, keysAt),
    directory,
    data.file('logs'),
    (id, role, logGroupArn) => ({
      AWS_REGION: REGION,
      ...credentialsEnvironment(admitted.admit(id, role, logGroupArn)),
      AWS_ENDPOINT_URL_DYNAMODB: database.url,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: sharded.url,
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_KMS: kms.url,
      ...(options.imapSilenceMs === undefined ? {} : { IMAP_SILENCE_MS: String(options.imapSilenceMs) }),
    }),
    {
      lateMs: options.lateMs ?? 0,
      sourceMaps: options.sourceMaps ?? true,
      most: options.environments ?? ENVIRONMENTS,
      idleMs: options.idleMs ?? IDLE_MS,
    },
  );
  stops.push(functions.stop);
  for (const id of functions.pools.keys()) attributes.set(`${id}.Arn`, id);
  const targets = resolveAliases(resolved('AWS::Lambda::Alias'), functions.pools);
  for (const [name, value] of targets.attributes) attributes.set(name, value);

  const invocations = invocationsOf(resolved('AWS::Lambda::Permission'));
  const routes = gatewayRoutes(assembly, attributes, targets.pools, invocations, options.lateMs);
  const pages = (await options.console?.(door.server, issuer.issuer)) ?? null;
  if (pages !== null) stops.push(pages.stop);
  door.open(issuer, gateway(routes, issuer, new URL(door.url).host), pages);
  const streams = new DynamoDBStreamsClient({ ...client, endpoint: sharded.url });
  stops.push(
    startMappings(resolved('AWS::Lambda::EventSourceMapping'), {
      permit: admitted.permitMapping,
      streams,
      queues,
      pools: targets.pools,
      attributes,
      checkpoints: data.file('checkpoints'),
      windowMs: options.windowMs ?? Number.POSITIVE_INFINITY,
      pollers: options.environments ?? ENVIRONMENTS,
    }),
  );
  stops.push(startRules(resolved('AWS::Events::Rule'), targets.pools, invocations, options.minuteMs));

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
    offerDemo: door.offerDemo,
    stop,
    async token(request) {
      return (await issuer.token(request)).access_token;
    },
    invoke: async (prefix, event) => poolOf(prefix).invoke(event),
    kill: async (prefix) => poolOf(prefix).kill(),
    async reload() {
      return reloadFunctions(assembly, readAssembly(await synthesize(localContext(issuer.issuer))), functions.pools);
    },
  };
}

/** The context that `cdk deploy` would get with `-c`: the stage `local`, and the issuer of this start. */
export function localContext(issuer: string): Readonly<Record<string, string>> {
  // Pushes are normally signed by Google. For local tests a token of this issuer is accepted too.
  const pushIssuers = `${issuer}=${issuer}/jwks https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs`;
  const clients = { consoleClient: CONSOLE_CLIENT, cliClient: CLI_CLIENT };
  return { stage: 'local', issuer, audience: AUDIENCE, ...clients, pushIssuers };
}
