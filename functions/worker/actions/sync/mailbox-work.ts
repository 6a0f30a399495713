/**
 * One mailbox while a run works on it: the lock, the selected session and the record. Two runs may work on the same
 * mailbox. The lock excludes the second one. If the first is so slow that the lock expires, each of its commits is
 * still conditional on the record's version, so its stored rows cannot be recorded over newer ones. It then raises
 * `doubt`, and the next sync compares all flags.
 */
import type { MailboxRecord, StoredStatus, SyncState } from '../../../domain/mail/mailbox.ts';
import { isFurther, planSession, type ServerState, type SessionPlan } from '../../../domain/sync/plan-messages.ts';
import type { Generation } from '../../../ports/mail-store.ts';
import { MailboxFailure, type MailboxSession, type SelectedMailbox } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { assertOurs, type SyncRun } from './run.ts';

/**
 * Longer than any window takes, even if the server stops answering. A retry of the same job takes over its own lock at
 * once.
 */
const LOCK_MS = 300_000;

/** Another run has the mailbox, or it was changed meanwhile: the rest is left for a later run. */
export class MailboxLost extends Error {
  constructor() {
    super('the mailbox is worked on elsewhere');
    this.name = 'MailboxLost';
  }
}

export type MailboxWork = {
  readonly run: SyncRun;
  readonly record: MailboxRecord;
  readonly state: SyncState;
  readonly generation: Generation;
  readonly session: MailboxSession;
  /** The plan of the session, made from `opened`. */
  readonly plan: SessionPlan;
  /** UIDs from here on arrived since the previous session; null in the first one. */
  readonly arrivedFrom: number | null;
  /** The SELECT that the session began with: only its mod-sequence may become a checkpoint. */
  readonly opened: SelectedMailbox;
  /** The latest SELECT. */
  readonly selected: SelectedMailbox;
  /** Stores the state; its rows must be stored before. Throws MailboxLost. */
  commit(state: SyncState): Promise<void>;
  /** Selects the mailbox again, over a new connection if the old one was lost. */
  reselect(): Promise<void>;
  /** Releases the lock. Throws MailboxLost. */
  release(finished: boolean): Promise<void>;
};

const statusOf = ({ uidValidity, uidNext, messages, highestModseq }: ServerState): StoredStatus => ({
  uidValidity,
  uidNext,
  messages,
  highestModseq,
});

/** Selects the mailbox. If the connection is lost, tries once more over a new one: the folder may not be the cause. */
async function selectOpened(
  context: ActionContext,
  record: Pick<MailboxRecord, 'name' | 'path'>,
  isLast = false,
): Promise<{ readonly session: MailboxSession; readonly opened: SelectedMailbox }> {
  const session = await context.session();
  try {
    return { session, opened: await session.select(record.name ?? session.nameFor(record.path)) };
  } catch (error) {
    const isLost = error instanceof MailboxFailure && error.failure.code === 'connection_closed';
    if (isLast || !isLost || context.signal.aborted) throw error;
    return selectOpened(context, record, true);
  }
}

/** Locks and selects the mailbox, and stores the initial state of the session. Throws MailboxLost, MailboxFailure. */
export async function openMailbox(run: SyncRun, found: MailboxRecord): Promise<MailboxWork> {
  const { context } = run;
  if (found.lock !== null && found.lock.by !== context.jobId && found.lock.until > context.now())
    throw new MailboxLost();
  const { opened, ...first } = await selectOpened(context, found);
  let { session } = first;
  let selected = opened;
  const plan = planSession(found, opened, run.options);
  const level = !opened.modseqs ? 'basic' : session.features.qresync ? 'qresync' : 'condstore';
  let record: MailboxRecord = { ...found, mailboxId: opened.mailboxId, syncLevel: level };
  let state = plan.state;

  async function put(next: MailboxRecord): Promise<void> {
    assertOurs(context);
    const stored = await context.mail.putMailbox(next);
    if (stored === null) {
      await context.mail.noteDoubt(next);
      throw new MailboxLost();
    }
    record = stored;
  }
  const commit = async (next: SyncState): Promise<void> => {
    await put({ ...record, sync: next, lock: { by: context.jobId, until: context.now() + LOCK_MS } });
    if (isFurther(next, state)) run.progress.advanced = true;
    state = next;
  };
  await commit(state);

  return {
    run,
    plan,
    arrivedFrom: plan.generation === 'same' ? (found.sync?.uidNext ?? null) : null,
    opened,
    get record() {
      return record;
    },
    get state() {
      return state;
    },
    get generation() {
      return { mailboxKey: record.key, uidValidity: state.uidValidity };
    },
    get session() {
      return session;
    },
    get selected() {
      return selected;
    },
    commit,
    async reselect() {
      assertOurs(context);
      session = await context.session();
      const again = await session.select(record.name ?? session.nameFor(record.path));
      if (again.uidValidity !== state.uidValidity) throw new MailboxLost();
      selected = again;
    },
    async release(finished) {
      if (finished) run.progress.advanced = true;
      const syncedAt = finished ? new Date(context.now()).toISOString() : state.syncedAt;
      const lastError = finished ? null : record.lastError;
      await put({ ...record, sync: { ...state, syncedAt }, lastError, lock: null, status: statusOf(opened) });
    },
  };
}
