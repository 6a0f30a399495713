import type { MailboxRecord, SyncState } from '../../../domain/mail/mailbox.ts';
import { isAccountedFor } from '../../../domain/sync/plan-messages.ts';
import { MailboxFailure } from '../../../ports/mailbox.ts';
import { enumerate, reconcile } from './expunged.ts';
import { syncFlags } from './flags.ts';
import { type MailboxWork, openMailbox } from './mailbox-work.ts';
import { storePending } from './pending-messages.ts';
import { isTimeUp, type SyncRun } from './run.ts';

export type MailboxOutcome = {
  readonly kind: 'done' | 'out_of_time';
  /** Messages the server has and the store has not. */
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
    throw new MailboxFailure({
      code: 'uidvalidity_changed',
      detail: 'The server gives this mailbox another UIDVALIDITY each time.',
      retryAfterMs: null,
      outcomeUnknown: false,
    });
  }
  if (work.plan.generation === 'reset') run.counts.resets += 1;
  let done: boolean;
  try {
    done = await passes(work);
  } catch (error) {
    // What failed matters more than a lock that runs out by itself.
    await work.release(false).catch(() => {});
    throw error;
  }
  await work.release(done);
  return {
    kind: done ? 'done' : 'out_of_time',
    left: work.state.left,
    suspected: work.state.suspected,
    exactFlags: work.opened.modseqs,
  };
}

/** Gone messages and flags first, while there are few rows to compare; then what is not stored yet. False: out of time. */
async function passes(work: MailboxWork): Promise<boolean> {
  const server = work.plan.enumerate ? await enumerate(work) : null;
  if (server !== null && !(await reconcile(work, server, work.run.options.full))) return false;
  if (!(await syncFlags(work, server?.uids ?? null))) return false;
  if (!(await storePending(work, server?.uids ?? null))) return false;
  const { pending } = work.state;
  if (!isAccountedFor(work.state, work.selected.messages)) {
    await work.reselect();
    const listed = await enumerate(work);
    if (!(await reconcile(work, listed, false))) return false;
    if (work.state.pending !== pending && !(await storePending(work, listed.uids))) return false;
  }
  return eraseOldGenerations(work);
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
