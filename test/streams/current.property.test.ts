import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CredentialEvent } from '../../functions/domain/credential/events.ts';
import { foldCredential } from '../../functions/domain/credential/history.ts';
import type { DomainEvent, Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { PLAN_IN_LOG } from '../../functions/domain/job/job.ts';
import { foldTask, type TaskEvent } from '../../functions/domain/task/task.ts';
import { CREDENTIAL_PROJECTION } from '../../functions/domain/views/entity-views.ts';
import { JOB_PROJECTION } from '../../functions/domain/views/job-view.ts';
import type { ViewRow } from '../../functions/domain/views/row.ts';
import { TASK_PROJECTION } from '../../functions/domain/views/task-view.ts';
import { WEBHOOK_PROJECTION } from '../../functions/domain/views/webhook-views.ts';
import { foldWebhookEndpoint, type WebhookEvent } from '../../functions/domain/webhook/endpoint.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { fromViews } from '../../functions/streams/current.ts';
import {
  abandoned,
  CREDENTIAL,
  failedWith,
  iso,
  JOB,
  recorded,
  requested,
  started,
  succeeded,
  T0,
  yielded,
} from '../domain/job/job-stream.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const LATER = iso(T0 + 3_600_000);
const failure = { code: 'auth_failed', category: 'authentication', detail: 'no' } as const;
const jobEvents: readonly JobEvent[] = [
  started(),
  started(2),
  yielded,
  succeeded,
  failedWith('connection_closed', LATER),
  failedWith('auth_failed', null),
  abandoned('lease-1-1'),
  { type: 'MutationPlanned', data: { plan: { uids: '1:3' } } },
  { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } },
  { type: 'JobRetryRequested', data: { reason: null } },
  { type: 'JobTriggered', data: { reason: null, force: true } },
  { type: 'JobUpdated', data: { changes: { priority: 5, run_at: LATER } } },
  { type: 'JobUpdated', data: { changes: { payload: { folder: 'A' }, max_attempts: null } } },
  { type: 'JobResolved', data: { note: 'done' } },
];
const credentialEvents: readonly CredentialEvent[] = [
  { type: 'CredentialVerified', data: { by: 'login' } },
  { type: 'CredentialTestFailed', data: failure },
  { type: 'CredentialRefused', data: { ...failure, job_id: null } },
  { type: 'CredentialRefused', data: { ...failure, job_id: JOB } },
  { type: 'CredentialTrialStarted', data: { job_id: JOB } },
  { type: 'CredentialProbeStarted', data: {} },
  { type: 'CredentialPaused', data: { reason: 'r', until: LATER } },
  { type: 'CredentialResumed', data: { reason: null } },
  { type: 'CredentialUpdated', data: { generation: 2, fields: ['host', 'label'] } },
  { type: 'CredentialUpdated', data: { generation: 1, fields: ['label'] } },
  { type: 'CredentialRateLimited', data: { until: LATER, code: 'rate_limited' } },
  { type: 'CredentialRotated', data: { generation: 3 } },
];
const created: TaskEvent = {
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_messages',
    target_credential_id: CREDENTIAL,
    payload: { folder: null },
    priority: 0,
    labels: [],
    schedule: { every: '20m' },
  },
};
const taskEvents: readonly TaskEvent[] = [
  created,
  { type: 'TaskTriggered', data: { job_id: JOB, reason: null } },
  { type: 'TaskUpdated', data: { changes: { schedule: null } } },
  { type: 'TaskUpdated', data: { changes: { schedule: { every: '1h' }, labels: ['a'] } } },
  { type: 'TaskPaused', data: { reason: null } },
  { type: 'TaskResumed', data: { reason: 'go' } },
  { type: 'TaskSuspended', data: { code: 'auth_failed', failures: 3 } },
  { type: 'TaskDeleted', data: { reason: null } },
];
const endpointEvents: readonly WebhookEvent[] = [
  { type: 'WebhookEndpointUpdated', data: { changes: { enabled: false }, fields: ['enabled'] } },
  { type: 'WebhookEndpointUpdated', data: { changes: { enabled: true, event_types: ['a'] }, fields: ['enabled'] } },
  { type: 'WebhookEndpointUpdated', data: { changes: { silent_after: '24h' }, fields: ['silent_after'] } },
  { type: 'WebhookSecretRotated', data: {} },
  { type: 'WebhookEndpointDeleted', data: { reason: null } },
];
const ENDPOINT = 'whk_01jgx000000000000000000001';
const endpointCreated: WebhookEvent = {
  type: 'WebhookEndpointCreated',
  data: {
    provider: 'standard',
    target: { credential_id: CREDENTIAL },
    action: 'imap_sync_messages',
    payload: { folder: 'INBOX', full: false },
    event_types: null,
    enabled: true,
    silent_after: null,
  },
};

type Fold = (history: readonly Envelope[]) => object | null;
type Kind = {
  readonly id: string;
  readonly first: DomainEvent;
  readonly changes: readonly DomainEvent[];
  readonly fold: Fold;
  rowOf(history: readonly Envelope[]): ViewRow | null;
};
const added: CredentialEvent = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
function rowBy<State>(
  fold: (history: readonly Envelope[]) => State | null,
  toRow: (state: State) => ViewRow,
): Kind['rowOf'] {
  return (history) => {
    const state = fold(history);
    return state === null ? null : toRow(state);
  };
}
/** The row has no plan: everything else must be equal, and the row must show that there is a plan. */
const withoutPlan: Fold = (history) => {
  const job = foldJob(history);
  return job === null || job.plan === null ? job : { ...job, plan: PLAN_IN_LOG };
};
const KINDS: readonly Kind[] = [
  { id: JOB, first: requested(), changes: jobEvents, fold: withoutPlan, rowOf: rowBy(foldJob, JOB_PROJECTION.toRow) },
  {
    id: CREDENTIAL,
    first: added,
    changes: credentialEvents,
    fold: foldCredential,
    rowOf: rowBy(foldCredential, CREDENTIAL_PROJECTION.toRow),
  },
  {
    id: 'tsk_01jgx000000000000000000001',
    first: created,
    changes: taskEvents,
    fold: (history) => foldTask(history),
    rowOf: rowBy(foldTask, TASK_PROJECTION.toRow),
  },
  {
    id: ENDPOINT,
    first: endpointCreated,
    changes: endpointEvents,
    fold: foldWebhookEndpoint,
    rowOf: rowBy(foldWebhookEndpoint, WEBHOOK_PROJECTION.toRow),
  },
];

const historyOf = ({ id, first }: Kind, events: readonly DomainEvent[]): Envelope[] =>
  [first, ...events].map((event, at) => ({ ...recorded(requested(), at + 1, T0 + at * 1000, id), ...event }));

function logOf(history: readonly Envelope[]): EventLog {
  const read: EventLog['read'] = async (_, after = 0) => history.filter(({ version }) => version > after);
  return { read, current: (id) => read(id), append: async () => ({ kind: 'conflict', streamId: '' }) };
}

describe.each(KINDS)('the current state of $id', (kind) => {
  it('is the same from a view row of any age and the events after it as from all events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...kind.changes), { maxLength: 25 }),
        fc.nat(25),
        async (events, projected) => {
          const history = historyOf(kind, events);
          const views = memoryViews();
          const row = kind.rowOf(history.slice(0, projected));
          if (row !== null) views.rows.set(kind.id, row);
          const current = await fromViews(logOf(history), views).current(kind.id);
          expect(kind.fold(current)).toEqual(kind.fold(history));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is read from the row on, without the events before it', async () => {
    const harmless = kind.changes[1];
    if (harmless === undefined) throw new Error('no events');
    const history = historyOf(
      kind,
      Array.from({ length: 40 }, () => harmless),
    );
    const views = memoryViews();
    const row = kind.rowOf(history.slice(0, 39));
    if (row !== null) views.rows.set(kind.id, row);
    const current = await fromViews(logOf(history), views).current(kind.id);
    expect(current.map(({ version }) => version)).toEqual([39, 40, 41]);
  });

  it('comes from all events if the row was made by another fold or belongs to another log', async () => {
    const history = historyOf(kind, kind.changes.slice(0, 2));
    const row = kind.rowOf(history);
    if (row === null) throw new Error('no row');
    for (const unusable of [
      { ...row, f: undefined },
      { ...row, f: 99 },
      { ...row, v: 7, b: { ...row.b, version: 7 } },
    ]) {
      const views = memoryViews();
      views.rows.set(kind.id, unusable);
      expect(await fromViews(logOf(history), views).current(kind.id)).toEqual(history);
    }
  });

  it('comes from all events if a restored log has reached the version of the row again', async () => {
    const before = historyOf(kind, kind.changes.slice(0, 3));
    const row = kind.rowOf(before);
    if (row === null) throw new Error('no row');
    const after = historyOf(kind, kind.changes.slice(1, 6)).map((event) => ({
      ...event,
      at: event.version < 3 ? event.at : iso(T0 + 7_200_000 + event.version),
    }));
    const views = memoryViews();
    views.rows.set(kind.id, row);
    expect(await fromViews(logOf(after), views).current(kind.id)).toEqual(after);
  });

  it('comes from all events if the row has another account or another version', async () => {
    const history = historyOf(kind, kind.changes.slice(0, 2));
    const row = kind.rowOf(history);
    if (row === null) throw new Error('no row');
    const views = memoryViews();
    const elsewhere = history.map((event) => ({ ...event, account_id: 'acc_other' }));
    views.rows.set(kind.id, row);
    expect(await fromViews(logOf(elsewhere), views).current(kind.id)).toEqual(elsewhere);
    views.rows.set(kind.id, { ...row, v: row.v - 1 });
    expect(await fromViews(logOf(history), views).current(kind.id)).toEqual(history);
  });
});
