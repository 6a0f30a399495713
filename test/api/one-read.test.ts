/** The reads of each command. A read after the append could fail although the command was accepted. */
import { describe, expect, it } from 'vitest';
import { type Operation, ROUTES } from '../../functions/http/routes.ts';
import { CREDENTIAL } from '../domain/job/job-stream.ts';
import { apiInMemory, OWNER, routeOf, THINGS, thingOf } from '../fixtures/api-in-memory.ts';

const COMMANDS: readonly Operation[] = [
  ...(['retryJob', 'triggerJob', 'cancelJob', 'resolveJob', 'reopenJob', 'updateJob', 'deleteJob'] as const),
  ...(['updateTask', 'deleteTask', 'pauseTask', 'resumeTask', 'triggerTask', 'createTask'] as const),
  ...(['syncMailboxes', 'syncMessages', 'bulkJobs', 'searchDeleteJobs', 'abortBulkOperation'] as const),
  ...(['createCredential', 'updateCredential', 'rotateCredential', 'testCredential', 'deleteCredential'] as const),
  ...(['pauseCredential', 'resumeCredential', 'pauseAccount', 'resumeAccount', 'createWebhookEndpoint'] as const),
  ...(['updateWebhookEndpoint', 'rotateWebhookSecret', 'testWebhookEndpoint', 'deleteWebhookEndpoint'] as const),
  ...(['muteFailureGroup', 'unmuteFailureGroup'] as const),
];

/**
 * The API in memory, with the ids of the streams that are read. After the first append every read of the log, of the
 * views and of connection fields fails.
 */
async function watched(operation: Operation | null = null) {
  const api = await apiInMemory(null, operation);
  const { read, current, append } = api.log;
  const { get, page, counters } = api.views;
  const { connections } = api.vault;
  const reads: string[] = [];
  let appends = 0;
  const assertEarly = (what: string): void => {
    if (appends > 0) throw new Error(`${what} is read after the append`);
  };
  const noted = (streamId: string): void => {
    assertEarly(streamId);
    reads.push(streamId);
  };
  const early =
    <Given extends readonly unknown[], Found>(what: string, reader: (...given: Given) => Promise<Found>) =>
    async (...given: Given): Promise<Found> => {
      assertEarly(what);
      return reader(...given);
    };
  api.views.get = early('a row', get);
  api.views.page = early('an index', page);
  api.views.counters = early('a counter', counters);
  api.vault.connections = early('a connection', connections);
  api.log.read = async (streamId, ...range) => {
    noted(streamId);
    return read(streamId, ...range);
  };
  api.log.current = async (streamId) => {
    noted(streamId);
    return current(streamId);
  };
  api.log.append = async (events) => {
    appends += 1;
    return append(events);
  };
  return { ...api, reads, appends: () => appends };
}

describe.each([null, 'key-1'])('with the Idempotency-Key %j', (idempotencyKey) => {
  it.each(COMMANDS)('%s reads its resource once, appends once and reads nothing after that', async (operation) => {
    const { call, reads, appends } = await watched(operation);
    const thing = thingOf(routeOf(operation));
    const id = thing === null ? '' : THINGS[thing];
    const reply = await call(operation, { headers: { idempotencyKey } });
    expect(reply.status).toBeLessThan(300);
    expect(appends()).toBe(1);
    expect(reads.filter((each) => each === id).length).toBeLessThanOrEqual(1);
  });

  it('a retry reads its job, the job’s credential and its account once each', async () => {
    const { call, reads } = await watched();
    await call('retryJob', { headers: { idempotencyKey } });
    expect(reads.sort()).toEqual([OWNER, CREDENTIAL, THINGS.job_id].sort());
  });
});

it('every command that appends is covered by these tests', () => {
  const others = ROUTES.filter(({ operation, method }) => method !== 'GET' && !COMMANDS.includes(operation));
  const searches = ['searchCredentials', 'searchEmails', 'searchJobs', 'searchLogs', 'searchTasks'];
  expect(others.map(({ operation }) => operation).sort()).toEqual([...searches, 'testNewCredential']);
});
