/** The client: every operation of the API under its resource, lists as async iterators, and waits for work to end. */
import { OPERATIONS } from './operations.ts';
import { type ClientSettings, type Transport, transport } from './transport.ts';
import type { Content, Input, Item, OperationId, Reply, Schemas } from './types.ts';
import { type WaitOptions, waitUntil } from './waits.ts';

export type Method<Id extends OperationId> = (input: Input<Id>) => Promise<Reply<Id>>;

export type ListMethod<Id extends OperationId> = Method<Id> & {
  /** Every entry from the first page to the last. Pages are fetched while they are read. */
  each(input: Input<Id>): AsyncGenerator<Item<Id>, void>;
};

type Page<Entry> = { readonly data: readonly Entry[]; readonly page: { readonly next_cursor: string | null } };

const ENDED: readonly Schemas['JobStatus'][] = ['succeeded', 'failed', 'resolved'];
const WAIT_SECONDS = 20;

/**
 * A client of the API at `url`. Its methods throw ApiProblem, NotModified, UnexpectedReply, ConnectionLost or the
 * reason of a signal.
 */
export function createClient(settings: ClientSettings) {
  const http: Transport = transport(settings);

  const method =
    <Id extends OperationId>(id: Id): Method<Id> =>
    async (input) => {
      const { content, etag, entityTag, requestId } = await http.send<Content<Id>>(id, input);
      return Object.assign({}, content, { etag, entityTag, requestId });
    };

  const list = <Id extends OperationId>(id: Id): ListMethod<Id> => {
    async function* each(input: Input<Id>): AsyncGenerator<Item<Id>, void> {
      let cursor: string | null = null;
      do {
        const { content }: { content: Page<Item<Id>> } = await http.send(id, at(id, input, cursor));
        yield* content.data;
        cursor = content.page.next_cursor;
      } while (cursor !== null);
    }
    return Object.assign(method(id), { each });
  };

  async function jobWaitFor(id: string, options: WaitOptions<Schemas['Job']> = {}): Promise<Schemas['Job']> {
    const look = async (signal: AbortSignal) => {
      const input = { job_id: id, waitSeconds: WAIT_SECONDS, signal };
      const { content, waited } = await http.send<Content<'getJob'>>('getJob', input);
      return { thing: content.data, waited };
    };
    return waitUntil(id, look, ({ status }) => ENDED.includes(status), options);
  }

  const getTask = method('getTask');
  const getBulkOperation = method('getBulkOperation');

  return {
    jobs: {
      list: list('listJobs'),
      search: list('searchJobs'),
      get: method('getJob'),
      events: list('listJobEvents'),
      update: method('updateJob'),
      delete: method('deleteJob'),
      retry: method('retryJob'),
      trigger: method('triggerJob'),
      cancel: method('cancelJob'),
      resolve: method('resolveJob'),
      reopen: method('reopenJob'),
      stats: method('jobStats'),
      statsSeries: method('jobStatsSeries'),
      /** Waits until the job has succeeded, failed or been resolved, and returns it. */
      waitFor: jobWaitFor,
    },
    bulk: {
      start: method('bulkJobs'),
      searchDelete: method('searchDeleteJobs'),
      list: list('listBulkOperations'),
      get: getBulkOperation,
      items: list('listBulkItems'),
      abort: method('abortBulkOperation'),
      /** Waits until the bulk operation has ended, and returns it. */
      waitFor: async (id: string, options: WaitOptions<Schemas['BulkOperation']> = {}) => {
        const look = async (signal: AbortSignal) => ({
          thing: (await getBulkOperation({ bulk_id: id, signal })).data,
          waited: false,
        });
        return waitUntil(id, look, ({ status }) => status !== 'running', options);
      },
    },
    failureGroups: {
      list: list('listFailureGroups'),
      get: method('getFailureGroup'),
      mute: method('muteFailureGroup'),
      unmute: method('unmuteFailureGroup'),
    },
    tasks: {
      create: method('createTask'),
      list: list('listTasks'),
      search: list('searchTasks'),
      get: getTask,
      update: method('updateTask'),
      delete: method('deleteTask'),
      pause: method('pauseTask'),
      resume: method('resumeTask'),
      trigger: method('triggerTask'),
      /** Waits until the last job of the task has ended, and returns that job; null when the task has none. */
      waitFor: async (id: string, options: WaitOptions<Schemas['Job']> = {}): Promise<Schemas['Job'] | null> => {
        const { signal } = options;
        const { data: task } = await getTask({ task_id: id, ...(signal === undefined ? {} : { signal }) });
        return task.last_job_id === null ? null : jobWaitFor(task.last_job_id, options);
      },
    },
    sync: { mailboxes: method('syncMailboxes'), messages: method('syncMessages') },
    credentials: {
      create: method('createCredential'),
      list: list('listCredentials'),
      search: list('searchCredentials'),
      get: method('getCredential'),
      update: method('updateCredential'),
      delete: method('deleteCredential'),
      rotate: method('rotateCredential'),
      test: method('testCredential'),
      testNew: method('testNewCredential'),
      pause: method('pauseCredential'),
      resume: method('resumeCredential'),
    },
    webhookEndpoints: {
      create: method('createWebhookEndpoint'),
      list: list('listWebhookEndpoints'),
      get: method('getWebhookEndpoint'),
      update: method('updateWebhookEndpoint'),
      delete: method('deleteWebhookEndpoint'),
      rotate: method('rotateWebhookSecret'),
      test: method('testWebhookEndpoint'),
      deliveries: list('listDeliveries'),
      delivery: method('getDelivery'),
    },
    mail: {
      mailboxes: list('listMailboxes'),
      emails: list('listEmails'),
      searchEmails: list('searchEmails'),
      email: method('getEmail'),
    },
    audit: {
      list: list('listLogs'),
      search: list('searchLogs'),
      get: method('getLog'),
      events: list('listLogEvents'),
    },
    accounts: { pause: method('pauseAccount'), resume: method('resumeAccount') },
    service: {
      me: method('me'),
      signIn: method('signIn'),
      health: method('health'),
      failures: method('listFailures'),
      document: method('openapi'),
    },
  };
}

export type Client = ReturnType<typeof createClient>;

/**
 * The same request for the page at this cursor: in the body of a search, in the query of a list. The cursor already
 * contains the offset of the first page, and the API refuses a request with both.
 */
function at(id: OperationId, input: object, cursor: string | null): object {
  if (cursor === null) return input;
  const atCursor = { cursor, offset: undefined };
  if (!OPERATIONS[id].body) return { ...input, ...atCursor };
  return { ...input, body: Object.assign({}, 'body' in input ? input.body : {}, atCursor) };
}
