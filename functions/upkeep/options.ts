/** Options of the deployment's tools: from flags; a missing flag is read from the functions' own settings. */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { accountId } from '../domain/ids/ids.ts';

/** The command line is wrong. The message is a sentence for the person who typed the command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Environment = Readonly<Record<string, string | undefined>>;
const text = { type: 'string' } as const;

const table = (flag: string, variable: string) => z.string(`name the table with --${flag} or ${variable}`).min(1);
const whole = (least: number, most: number) =>
  z.coerce.number().int().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`);

const recountSchema = z.strictObject({
  account: z.string('name the account with --account acc_…').pipe(accountId),
  views: table('views', 'VIEWS_TABLE'),
  /** How many days back hours are checked even if none of their jobs is left. */
  days: whole(0, 3660).default(366),
  /** Seconds that counters may be behind rows. The default covers twice the longest window of a stage, and a batch. */
  settle: whole(0, 3600).default(25),
  /** Write the counted numbers if a difference is proven. */
  apply: z.boolean().default(false),
});
export type RecountOptions = Readonly<z.infer<typeof recountSchema>>;

/** The flags of `npm run recount`; throws UsageError. */
export function readRecountOptions(args: readonly string[], environment: Environment): RecountOptions {
  const flags = { account: text, views: text, days: text, settle: text, apply: { type: 'boolean' } } as const;
  const { views = environment.VIEWS_TABLE, ...more } = parsed(args, flags);
  return checked(recountSchema, { views, ...more });
}

const replaySchema = z.strictObject({
  events: table('events', 'EVENTS_TABLE'),
  views: table('views', 'VIEWS_TABLE'),
  /** The views table whose cursor key is copied. */
  'key-from': z.string().min(1).optional(),
  resume: z.boolean().default(false),
  parts: whole(1, 64).default(4),
});
export type ReplayOptions = Readonly<z.infer<typeof replaySchema>>;

/** The flags of `npm run replay`; throws UsageError. */
export function readReplayOptions(args: readonly string[], environment: Environment): ReplayOptions {
  const flags = { events: text, views: text, 'key-from': text, resume: { type: 'boolean' }, parts: text } as const;
  const { events = environment.EVENTS_TABLE, views = environment.VIEWS_TABLE, ...more } = parsed(args, flags);
  return checked(replaySchema, { events, views, ...more });
}

const crossingsSchema = z.strictObject({ events: table('events', 'EVENTS_TABLE'), parts: whole(1, 64).default(4) });
export type CrossingsOptions = Readonly<z.infer<typeof crossingsSchema>>;

/** The flags of `npm run crossings`; throws UsageError. */
export function readCrossingsOptions(args: readonly string[], environment: Environment): CrossingsOptions {
  const { events = environment.EVENTS_TABLE, parts } = parsed(args, { events: text, parts: text });
  return checked(crossingsSchema, { events, parts });
}

const eraseSchema = z.strictObject({
  account: z.string('name the account: npm run erase-account -- acc_…').pipe(accountId),
  events: table('events', 'EVENTS_TABLE'),
  secrets: table('secrets', 'SECRETS_TABLE'),
  mail: table('mail', 'MAIL_TABLE'),
  reason: z.string().max(300, 'must have at most 300 characters').optional(),
  apply: z.boolean().default(false),
  parts: whole(1, 64).default(4),
});
export type EraseAccountOptions = Readonly<z.infer<typeof eraseSchema>>;

/** The account and the flags of `npm run erase-account`; throws UsageError. */
export function readEraseOptions(args: readonly string[], environment: Environment): EraseAccountOptions {
  const tables = { events: text, secrets: text, mail: text } as const;
  const flags = { ...tables, reason: text, parts: text, apply: { type: 'boolean' } } as const;
  // The account is the only argument that is not a flag, and it comes first.
  const [account, ...rest] = args;
  const {
    events = environment.EVENTS_TABLE,
    secrets = environment.SECRETS_TABLE,
    mail = environment.MAIL_TABLE,
    ...more
  } = parsed(account?.startsWith('-') === false ? rest : args, flags);
  return checked(eraseSchema, {
    ...(account?.startsWith('-') === false ? { account } : {}),
    ...{ events, secrets, mail, ...more },
  });
}

const queue = (flag: string, variable: string) => z.url(`give the queue's URL with --${flag} or ${variable}`);

const redriveSchema = z.strictObject({
  work: queue('work', 'WORK_QUEUE_URL'),
  priority: queue('priority', 'PRIORITY_QUEUE_URL'),
  bulk: queue('bulk', 'BULK_QUEUE_URL'),
  'per-second': whole(1, 300).default(10),
  apply: z.boolean().default(false),
});
export type RedriveOptions = Readonly<z.infer<typeof redriveSchema>>;

/** The flags of `npm run redrive`; throws UsageError. */
export function readRedriveOptions(args: readonly string[], environment: Environment): RedriveOptions {
  const queues = { work: text, priority: text, bulk: text } as const;
  const {
    work = environment.WORK_QUEUE_URL,
    priority = environment.PRIORITY_QUEUE_URL,
    bulk = environment.BULK_QUEUE_URL,
    ...more
  } = parsed(args, { ...queues, 'per-second': text, apply: { type: 'boolean' } });
  return checked(redriveSchema, { work, priority, bulk, ...more });
}

function parsed<Flags extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(
  args: readonly string[],
  options: Flags,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, values: unknown): z.infer<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new UsageError(
    result.error.issues.map(({ path: [name], message }) => `--${String(name)}: ${message}`).join('\n'),
  );
}
