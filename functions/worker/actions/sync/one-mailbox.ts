import { failureOf } from '../../../domain/failure/failure.ts';
import type { MailboxRecord, SyncState } from '../../../domain/mail/mailbox.ts';
import { isAccountedFor } from '../../../domain/sync/plan-messages.ts';
import { type UidSet, uidCount } from '../../../domain/sync/uid-set.ts';
import { MailboxFailure } from '../../../ports/mailbox.ts';
import { enumerate, reconcile } from './expunged.ts';
import { syncFlags } from './flags.ts';
import { type MailboxWork, openMailbox } from './mailbox-work.ts';
import { storePending } from './pending-messages.ts';
import { isTimeUp, type SyncRun } from './run.ts';

/** The result of a sync of one mailbox. */
export type MailboxOutcome = {
  readonly kind: 'done' | 'out_of_time';
  /** Messages on the server that are not stored yet. */
  readonly left: number;
  /** Not null while removals wait for better evidence. */
  readonly suspected: SyncState['suspected'];
  readonly exactFlags: boolean;
};

/** Syncs one mailbox. Throws MailboxLost when another run has it, MailboxFailure for the server's refusals. */
export async function syncMailbox(run: SyncRun, record: MailboxRecord): Promise<MailboxOutcome> {
  const work = await openMailbox(run, record);
  if (work.plan.generation === 'unsteady') {
    await work.release(false);
    const detail = 'The server gives this mailbox another UIDVALIDITY each time.';
    throw new MailboxFailure(failureOf('uidvalidity_changed', detail));
  }
  if (work.plan.generation === 'reset') run.counts.resets += 1;
  let passed: Awaited<ReturnType<typeof passes>>;
  try {
    passed = await passes(work);
  } catch (error) {
    // The first failure matters more than the lock, which expires anyway.
    await work.release(false).catch(() => {});
    throw error;
  }
  const { known, left } = work.state;
  // Rows of messages that SEARCH did not list are kept if the evidence is too weak to remove them.
  if (passed.listed !== null && known + left !== uidCount(passed.listed)) run.counts.unlisted = true;
  await work.release(passed.done);
  return {
    kind: passed.done ? 'done' : 'out_of_time',
    left: work.state.left,
    suspected: work.state.suspected,
    exactFlags: work.opened.modseqs && !run.progress.staleFlags.has(record.key),
  };
}

/**
 * Removals and flags first, while there are few rows to compare; then the messages not stored yet. `done` is false
 * when time is over. `listed`: the UIDs of the last SEARCH; null if none was needed.
 */
async function passes(work: MailboxWork): Promise<{ readonly done: boolean; readonly listed: UidSet | null }> {
  const server = work.plan.enumerate ? await enumerate(work) : null;
  let listed = server?.uids ?? null;
  const outOfTime = { done: false, listed: null };
  if (server !== null && !(await reconcile(work, server, work.run.options.full))) return outOfTime;
  if (!(await syncFlags(work, listed))) return outOfTime;
  if (!(await storePending(work, listed))) return outOfTime;
  const { pending } = work.state;
  if (!isAccountedFor(work.state, work.selected.messages)) {
    await work.reselect();
    const again = await enumerate(work);
    listed = again.uids;
    if (!(await reconcile(work, again, false))) return outOfTime;
    if (work.state.pending !== pending && !(await storePending(work, listed))) return outOfTime;
  }
  return { done: await eraseOldGenerations(work), listed };
}

async function eraseOldGenerations(work: MailboxWork): Promise<boolean> {
  const { mail } = work.run.context;
  if (work.state.old.length === 0 || work.state.pending !== '') return true;
  for (const uidValidity of work.state.old) {
    while (!(await mail.eraseMessages(work.record.key, uidValidity))) {
      work.run.progress.advanced = true;
      if (isTimeUp(work.run)) return false;
    }
  }
  await work.commit({ ...work.state, old: [] });
  return true;
}
