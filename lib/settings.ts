import * as z from 'zod';
import { limitsSchema, limitsText } from '../functions/domain/limits/settings.ts';
import { isSecureUrl } from '../functions/domain/network/secure-url.ts';

/** In stack names, which end up in the names of all resources (CloudFormation takes 128 characters, S3 and others less). */
export const NAME = /^[a-z][a-z0-9-]{0,19}$/;

/** The functions, by the names that `reservedConcurrency` gives them. */
export const FUNCTIONS = [
  'Read',
  'Command',
  'Tasks',
  'Credentials',
  'Webhooks',
  'Document',
  'Projector',
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
/** Invocations at once of one queue mapping: 2 to 1,000 (AWS limits). */
const concurrency = count.min(2).max(1_000);

/**
 * The settings of a stage, from `config/<stage>.json` and from `-c name=value`, which wins. What would be dangerous to
 * guess has no default: whose tokens are accepted, how long jobs are kept, and who is informed by alarms.
 */
export const shape = z.strictObject({
  issuer: z.url(),
  audience: z.string().min(1),
  /** Public clients of the issuer (`client_id`): tokens made for them are taken too. Without one, none is offered. */
  consoleClient: z.string().min(1).max(200).optional(),
  cliClient: z.string().min(1).max(200).optional(),
  /** What these clients ask the issuer for. */
  scopes: listOf(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid']),
  /** The beginning of the stacks' names: deployments with different prefixes can share an AWS account. */
  prefix: z.string().regex(NAME).default('inbox-manager'),
  /** Where it is deployed; without them, where the credentials of the command line lead. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
    .optional(),
  /** Who is informed by alarms: e-mail addresses, or a topic that exists. */
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
  /** How long jobs that have ended are kept: syncs that found nothing, others that succeeded, those that did not. */
  retainUnchangedHours: count.min(1),
  retainSucceededDays: count.min(1),
  retainFailedDays: count.min(1),
  /** `allow` lets one deployment make a period shorter than it has ever been; else the longer one stays in force. */
  shorterRetention: z.enum(['allow', 'deny']).default('deny'),
  /** Invocations at once of the workers, for each of their two queues, and of the runners of bulk operations. */
  workerConcurrency: concurrency.default(50),
  bulkConcurrency: concurrency.default(10),
  /** What one account may hold at once; default: a third of the workers, of the bulk runners. */
  accountWorkers: count.min(1).max(1_000).optional(),
  accountBulks: count.min(1).max(1_000).optional(),
  /** API requests of one account that wait. */
  accountWaits: count.min(1).max(1_000).default(10),
  /** How many invocations at once AWS lets the whole account run: its quota. */
  accountConcurrency: count.min(10).default(1_000),
  /** Concurrency that is kept for a function, and is its most; by the function's name. */
  reservedConcurrency: z.preprocess(json, z.partialRecord(z.enum(FUNCTIONS), count.min(1))).default({}),
  /** Batches of one stream shard that the dispatcher works on at once (AWS limit: 10). */
  dispatcherParallelization: count.min(1).max(10).default(1),
  /** Whether a release of the API first gets a tenth of the requests, for ten minutes. */
  canary: z.enum(['on', 'off']).default('on'),
  /** The API's own domain and its certificate, of the stage's region. */
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
  /** NAT gateways, each with an address that stays: what talks to mail servers goes by them. 0: no network of its own. */
  natGateways: count.min(0).max(2).default(0),
  /** Whose tokens may prove a push (Gmail): `issuer=URL of its keys` (https), separated by spaces. */
  pushIssuers: z
    .string()
    .regex(/^[^\s=]+=https?:\/\/\S+( [^\s=]+=https?:\/\/\S+)*$/)
    .default('https://accounts.google.com=https://www.googleapis.com/oauth2/v3/certs'),
  /** Limits per account; on the command line as JSON. What is not named keeps its default. */
  limits: z.union([limitsText, limitsSchema]).prefault({}),
  imapLoopback: z.enum(['allow', 'deny']).default('deny'),
  imapPlaintext: z.enum(['allow', 'deny']).default('deny'),
});

type Given = z.infer<typeof shape>;

/** Invocations at once that are left for all other functions, at the least. */
const OTHERS = 4;
/** What AWS keeps for functions without a reservation (AWS limit). */
const UNRESERVED = 100;

/** Every invocation at once that the queues may cause. */
const ofQueues = ({ workerConcurrency, bulkConcurrency }: Given): number => 2 * workerConcurrency + bulkConcurrency;
const reserved = ({ reservedConcurrency }: Given): number =>
  Object.values(reservedConcurrency).reduce((sum, each) => sum + each, 0);

const keyUrls = (pairs: string): readonly string[] => pairs.split(' ').map((pair) => pair.slice(pair.indexOf('=') + 1));

/** Rules about several settings: the setting to blame, whether all is well, and what is said otherwise. */
const RULES: readonly (readonly [keyof Given, (given: Given) => boolean, string])[] = [
  // Keys fetched without TLS can be replaced on the way, by somebody who then signs tokens with keys of their own.
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

/** Everyone whom tokens may be made for, the API itself first. */
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
