/**
 * One mailbox while a run works on it: the lock, the selected session and the record. Two runs may meet in a mailbox. The
 * lock keeps the second away; if the first is so slow that the lock expires, each of its commits is conditional on the
 * record's version, so that it cannot announce what it stored over newer rows. It then leaves a doubt behind, and the
 * next sync compares all flags.
 */
import type { MailboxRecord, StoredStatus, SyncState } from '../../../domain/mail/mailbox.ts';
import { isFurther, planSession, type ServerState, type SessionPlan } from '../../../domain/sync/plan-messages.ts';
import type { Generation } from '../../../ports/mail-store.ts';
import { MailboxFailure, type MailboxSession, type SelectedMailbox } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { assertOurs, type SyncRun } from './run.ts';

/** Longer than any window takes, on a server that falls silent too. A retry of the same job takes its own lock over at once. */
const LOCK_MS = 300_000;

/** Another run has the mailbox, or it changed under our hands: what is left is for a later run. */
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
  /** What the session is to do, planned from `opened`. */
  readonly plan: SessionPlan;
  /** UIDs from here on are of messages that arrived since an earlier session; null in the first. */
  readonly arrivedFrom: number | null;
  /** The SELECT the session began with: the only one whose mod-sequence may become a checkpoint. */
  readonly opened: SelectedMailbox;
  /** The latest SELECT. */
  readonly selected: SelectedMailbox;
  /** Stores the state, after the rows it speaks of. Throws MailboxLost. */
  commit(state: SyncState): Promise<void>;
  /** Selects the mailbox again, over a new connection if the old one died. */
  reselect(): Promise<void>;
  /** Gives the mailbox back. Throws MailboxLost. */
  release(finished: boolean): Promise<void>;
};

const statusOf = ({ uidValidity, uidNext, messages, highestModseq }: ServerState): StoredStatus => ({
  uidValidity,
  uidNext,
  messages,
  highestModseq,
});

/**
 * Selects the mailbox. If the connection is lost meanwhile, selects it once more over a new one: this folder may not be
 * the cause.
 */
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

/** Locks and selects the mailbox and stores the state the session begins with. Throws MailboxLost, MailboxFailure. */
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
