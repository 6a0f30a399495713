import * as z from 'zod';
import { limitsSchema, limitsText } from '../functions/domain/limits/settings.ts';
import { isSecureUrl } from '../functions/domain/network/secure-url.ts';

/**
 * For stack names, which become part of the names of all resources (CloudFormation allows 128 characters, S3 and others
 * fewer).
 */
export const NAME = /^[a-z][a-z0-9-]{0,19}$/;

/** The functions, by their names in `reservedConcurrency`. */
export const FUNCTIONS = [
  'Read',
  'Command',
  'Tasks',
  'Credentials',
  'Webhooks',
  'Document',
  'Projector',
  'Counter',
  'Dispatcher',
  'Bulk',
  'Worker',
  'Sweeper',
  'Retention',
] as const;

/** A list; on the command line its items are separated by commas or spaces. */
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (given) => (typeof given === 'string' ? given.split(/[\s,]+/).filter((text) => text !== '') : given),
    z.array(item).max(20),
  );

const json = (given: unknown): unknown => {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
};

const count = z.coerce.number().int();
const isPort = (text: string): boolean => Number(text) >= 1 && Number(text) <= 65_535;
/** Maximum concurrency of one queue mapping: 2 to 1,000 (AWS limits). */
const concurrency = count.min(2).max(1_000);

/**
 * The settings of a stage, from `config/<stage>.json` and from `-c name=value`, which overrides the file. Settings that
 * are dangerous to guess have no default: whose tokens are accepted, how long jobs are kept, and who is informed by
 * alarms.
 */
export const shape = z.strictObject({
  issuer: z.url(),
  audience: z.string().min(1),
  /** Public clients of the issuer (`client_id`), whose tokens are accepted too. Without one, the API offers none. */
  consoleClient: z.string().min(1).max(200).optional(),
  cliClient: z.string().min(1).max(200).optional(),
  /** Whether a stack hosts the console. */
  consoleHosting: z.enum(['on', 'off']).default('off'),
  /** Origins beside the issuer's that the console calls to sign in, such as that of the issuer's token endpoint. */
  consoleConnects: listOf(z.string().regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/)).default([]),
  /** The scopes that these clients request from the issuer. */
  scopes: listOf(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid']),
  /** The beginning of the stacks' names: deployments with different prefixes can share an AWS account. */
  prefix: z.string().regex(NAME).default('inbox-manager'),
  /** Account and region of the deployment; by default those of the credentials of the command line. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  /** Recipients of alarms: e-mail addresses, or an existing topic. */
  alarmEmails: listOf(z.email()),
  alarmTopicArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/)
    .optional(),
  imapPorts: z
    .string()
    .regex(/^(any|\d{1,5}(,\d{1,5})*)$/)
    .refine((ports) => ports === 'any' || ports.split(',').every(isPort), 'must name ports from 1 to 65535')
    .default('143,993'),
  /** How long ended jobs are kept: syncs that found nothing, other successful jobs, and all others. */
  retainUnchangedHours: count.min(1),
  retainSucceededDays: count.min(1),
  retainFailedDays: count.min(1),
  /** `allow` lets a deployment make a period shorter than before; otherwise the longer one stays in force. */
  shorterRetention: z.enum(['allow', 'deny']).default('deny'),
  /** Maximum concurrency of the workers, for each of their two queues, and of the bulk runners. */
  workerConcurrency: concurrency.default(50),
  bulkConcurrency: concurrency.default(10),
  /** Maximum that one account may hold at once; default: a third of the workers and of the bulk runners. */
  accountWorkers: count.min(1).max(1_000).optional(),
  accountBulks: count.min(1).max(1_000).optional(),
  /** Maximum number of waiting API requests of one account. */
  accountWaits: count.min(1).max(1_000).default(10),
  /** The concurrency quota of the AWS account. */
  accountConcurrency: count.min(10).default(1_000),
  /** Reserved concurrency by the function's name: it is guaranteed, and also the maximum. */
  reservedConcurrency: z.preprocess(json, z.partialRecord(z.enum(FUNCTIONS), count.min(1))).default({}),
  /** Batches of one stream shard that the dispatcher handles in parallel (AWS limit: 10). */
  dispatcherParallelization: count.min(1).max(10).default(1),
  /** How long the projector collects events before it writes view rows: longer costs less, and lists lag by it. */
  projectionWindowSeconds: count.min(0).max(10).default(2),
  /** Whether a new release of the API gets only a tenth of the requests for its first ten minutes. */
  canary: z.enum(['on', 'off']).default('on'),
  /** The API's own domain, and its certificate in the stage's region. */
  domainName: z
    .string()
    .max(253)
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/)
    .optional(),
  certificateArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/)
    .optional(),
  /** Web pages that may call the API from a browser: `https://host`, or with a port. */
  corsOrigins: listOf(z.string().regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?$|^http:\/\/localhost(:\d{1,5})?$/)).default(
    [],
  ),
  /** NAT gateways with fixed addresses, used by the functions that contact mail servers. 0: no network of its own. */
  natGateways: count.min(0).max(2).default(0),
  /** Issuers whose tokens authenticate a push (Gmail): `issuer=URL of its keys` (https), separated by spaces. */
  pushIssuers: z
    .string()
    .regex(/^[^\s=]+=https?:\/\/\S+( [^\s=]+=https?:\/\/\S+)*$/)
    .default('https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs'),
  /** Limits per account; on the command line as JSON. Limits that are not given keep their defaults. */
  limits: z.union([limitsText, limitsSchema]).prefault({}),
  imapLoopback: z.enum(['allow', 'deny']).default('deny'),
  imapPlaintext: z.enum(['allow', 'deny']).default('deny'),
});

type Given = z.infer<typeof shape>;

/** Minimum concurrency that must be left for all other functions. */
const OTHERS = 4;
/** Concurrency that AWS keeps for functions without a reservation (AWS limit). */
const UNRESERVED = 100;

/** Maximum concurrency of all queue mappings together. */
const ofQueues = ({ workerConcurrency, bulkConcurrency }: Given): number => 2 * workerConcurrency + bulkConcurrency;
const reserved = ({ reservedConcurrency }: Given): number =>
  Object.values(reservedConcurrency).reduce((sum, each) => sum + each, 0);

const keyUrls = (pairs: string): readonly string[] => pairs.split(' ').map((pair) => pair.slice(pair.indexOf('=') + 1));

/** Rules that involve several settings: the setting that is reported, the check, and the error message. */
const RULES: readonly (readonly [keyof Given, (given: Given) => boolean, string])[] = [
  // Without TLS an attacker could replace the keys and then sign tokens with their own.
  [
    'issuer',
    ({ issuer, imapLoopback }) => isSecureUrl(issuer, imapLoopback),
    'must be a URL of https, and not of this machine',
  ],
  [
    'pushIssuers',
    ({ pushIssuers, imapLoopback }) => keyUrls(pushIssuers).every((url) => isSecureUrl(url, imapLoopback)),
    'must name keys by URLs of https, and not of this machine',
  ],
  [
    'alarmEmails',
    ({ alarmEmails, alarmTopicArn, imapLoopback }) =>
      alarmEmails.length > 0 || alarmTopicArn !== undefined || imapLoopback === 'allow',
    'must name an address, unless alarmTopicArn is set',
  ],
  [
    'accountWorkers',
    ({ accountWorkers = 1, workerConcurrency }) => accountWorkers <= workerConcurrency,
    'must not be more than workerConcurrency',
  ],
  [
    'accountBulks',
    ({ accountBulks = 1, bulkConcurrency }) => accountBulks <= bulkConcurrency,
    'must not be more than bulkConcurrency',
  ],
  [
    'workerConcurrency',
    (given) => ofQueues(given) + OTHERS <= given.accountConcurrency,
    `does not fit: twice workerConcurrency, bulkConcurrency and ${OTHERS} for the other functions are more than accountConcurrency`,
  ],
  [
    'reservedConcurrency',
    (given) => reserved(given) === 0 || reserved(given) + UNRESERVED <= given.accountConcurrency,
    `does not fit: AWS keeps ${UNRESERVED} of accountConcurrency for functions without a reservation`,
  ],
  [
    'reservedConcurrency',
    ({ reservedConcurrency: { Worker: most }, workerConcurrency }) =>
      most === undefined || most >= 2 * workerConcurrency,
    'must give Worker at least twice workerConcurrency, or messages are refused and end in the dead letters',
  ],
  [
    'reservedConcurrency',
    ({ reservedConcurrency: { Bulk: most }, bulkConcurrency }) => most === undefined || most >= bulkConcurrency,
    'must give Bulk at least bulkConcurrency, or messages are refused and end in the dead letters',
  ],
  [
    'consoleHosting',
    ({ consoleHosting, consoleClient }) => consoleHosting === 'off' || consoleClient !== undefined,
    'needs consoleClient: without it nobody can sign in',
  ],
  [
    'certificateArn',
    ({ domainName, certificateArn }) => (domainName === undefined) === (certificateArn === undefined),
    'goes with domainName: both or neither',
  ],
  [
    'imapPorts',
    ({ natGateways, imapPorts }) => natGateways === 0 || imapPorts !== 'any',
    'must list ports where natGateways is set, because the network opens no others',
  ],
];

/** The audiences of accepted tokens, that of the API itself first. */
export const audiencesOf = (
  given: Readonly<Pick<Given, 'audience' | 'consoleClient' | 'cliClient'>>,
): readonly string[] => [
  ...new Set([given.audience, given.consoleClient, given.cliClient].filter((name) => name !== undefined)),
];

const checked = shape.superRefine((given, { addIssue }) => {
  for (const [setting, holds, message] of RULES)
    if (!holds(given)) addIssue({ code: 'custom', path: [setting], message });
});

const third = (of: number): number => Math.max(1, Math.floor(of / 3));

/** The settings with their defaults, checked one by one and together. */
export const settingsSchema = checked.transform((given) => ({
  ...given,
  accountWorkers: given.accountWorkers ?? third(given.workerConcurrency),
  accountBulks: given.accountBulks ?? third(given.bulkConcurrency),
}));
