import type { SignIn } from '../../functions/domain/account/sign-in.ts';
import type { Configuration } from '../configuration.ts';
import type { Egress } from '../constructs/egress.ts';
import type { WorkQueue } from '../constructs/work-queue.ts';
import { audiencesOf } from '../settings.ts';
import type { StateStack } from '../stacks/state-stack.ts';

/** The stage's sign-in settings, which `GET /api/auth` shows. */
export const signInOf = ({ issuer, audience, consoleClient, cliClient, scopes }: SignInSettings): SignIn => ({
  issuer,
  audiences: [...audiencesOf({ audience, consoleClient, cliClient })],
  scopes,
  clients: { console: consoleClient ?? null, cli: cliClient ?? null },
});
type SignInSettings = Pick<Configuration, 'issuer' | 'audience' | 'consoleClient' | 'cliClient' | 'scopes'>;

/** The resources that functions use. */
export type Resources = {
  readonly state: StateStack;
  readonly queues: Queues;
  /** The network with fixed addresses; null: AWS's default network, with changing addresses. */
  readonly egress: Egress | null;
  readonly configuration: Configuration;
};

/** The queues of jobs (with and without a priority) and of bulk operations. */
export type Queues = { readonly work: WorkQueue; readonly priority: WorkQueue; readonly bulks: WorkQueue };

type Variables = Readonly<Record<string, string>>;

/** The environment variables, grouped by resource: each name is defined once. */
const VARIABLES = {
  events: ({ state }) => ({ EVENTS_TABLE: state.eventLog.table.tableName }),
  stream: ({ state }) => ({ EVENTS_STREAM_ARN: state.eventLog.streamArn }),
  views: ({ state }) => ({ VIEWS_TABLE: state.tables.views.tableName }),
  secrets: ({ state }) => ({ SECRETS_TABLE: state.tables.secrets.tableName }),
  leases: ({ state }) => ({ LEASES_TABLE: state.tables.leases.tableName }),
  mail: ({ state }) => ({ MAIL_TABLE: state.tables.mail.tableName }),
  key: ({ state }) => ({ DATA_KEY_ID: state.dataKey.keyArn }),
  jobQueues: ({ queues }) => ({
    WORK_QUEUE_URL: queues.work.queue.queueUrl,
    PRIORITY_QUEUE_URL: queues.priority.queue.queueUrl,
  }),
  bulkQueue: ({ queues }) => ({ BULK_QUEUE_URL: queues.bulks.queue.queueUrl }),
  limits: ({ configuration }) => ({ LIMITS: JSON.stringify(configuration.limits) }),
  waits: ({ configuration }) => ({ ACCOUNT_WAITS: String(configuration.accountWaits) }),
  issuers: ({ configuration }) => ({ PUSH_ISSUERS: configuration.pushIssuers }),
  signIn: ({ configuration }) => ({ SIGN_IN: JSON.stringify(signInOf(configuration)) }),
  imap: ({ configuration }) => ({
    IMAP_PORTS: configuration.imapPorts,
    IMAP_LOOPBACK: configuration.imapLoopback,
    IMAP_PLAINTEXT: configuration.imapPlaintext,
  }),
} as const satisfies Record<string, (resources: Resources) => Variables>;

/** The environment of a function that uses these groups of resources. */
export function environmentOf(resources: Resources, ...about: readonly (keyof typeof VARIABLES)[]): Variables {
  return Object.assign({}, ...about.map((name) => VARIABLES[name](resources)));
}
