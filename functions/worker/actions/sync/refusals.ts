/**
 * Folders that could not be opened or read in this run. Their meaning depends on the next folders: if another one can
 * be read, the folder has a problem; if several in a row fail alike, the server may have one. So the errors are stored
 * only when this is known.
 */
import type { FailureCode } from '../../../domain/failure/catalogue.ts';
import type { FolderError, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { concernsFolder, refusedAgain, suggestsServer } from '../../../domain/sync/refusals.ts';
import { MailboxFailure } from '../../../ports/mailbox.ts';
import type { SyncRun } from './run.ts';

export type Refusals = {
  /**
   * The folder failed; prepares the connection for the next one. Throws MailboxFailure, which ends the sync, when more
   * than the folder has failed.
   */
  refused(record: MailboxRecord, error: MailboxFailure): Promise<void>;
  /** The folder could be read. */
  opened(record: MailboxRecord): Promise<void>;
  /** The folder need not be read: its stored state is correct. */
  unchanged(record: MailboxRecord): Promise<void>;
  /**
   * Stores the errors that are still waiting. `own`: another folder works; default: one could be read in this attempt.
   */
  settle(own?: boolean): Promise<void>;
  /** The folder's present error; null also while it is still waiting. */
  errorOf(record: MailboxRecord): FolderError | null;
  isRefused(record: MailboxRecord): boolean;
};

type Refusal = { readonly record: MailboxRecord; readonly error: MailboxFailure };

/**
 * `witness`: a folder without an error in the last sync; its answer shows whether the server has a problem. `anyWell`:
 * an earlier run of the attempt could read a folder.
 */
export function refusalsOf(
  run: SyncRun,
  { witness, anyWell }: { readonly witness: MailboxRecord | null; readonly anyWell: boolean },
): Refusals {
  const { context } = run;
  const errors = new Map<string, FolderError | null>();
  const waiting: Refusal[] = [];
  let streak: FailureCode[] = [];
  let well: MailboxRecord | null = null;
  const errorOf = ({ key, lastError }: MailboxRecord): FolderError | null => {
    const known = errors.get(key);
    return known === undefined ? lastError : known;
  };

  async function note(record: MailboxRecord, error: FolderError | null): Promise<void> {
    errors.set(record.key, error);
    await context.mail.noteError(record, error);
  }

  async function settle(own = anyWell || well !== null): Promise<void> {
    for (const { record, error } of waiting.splice(0)) {
      await note(record, refusedAgain(errorOf(record), error.failure, context.now(), own));
    }
  }

  /**
   * Whether the server still serves a folder that worked before. Throws MailboxFailure when it serves nothing any
   * more.
   */
  async function serves(): Promise<boolean> {
    const session = await context.session();
    const asked = well ?? witness;
    try {
      await session.select(asked === null ? 'INBOX' : (asked.name ?? session.nameFor(asked.path)));
      return true;
    } catch (error) {
      if (isOfFolder(run, error)) return false;
      throw error;
    }
  }

  async function judge(record: MailboxRecord, error: MailboxFailure): Promise<void> {
    if (!isOfFolder(run, error)) throw error;
    waiting.push({ record, error });
    streak.push(error.failure.code);
    run.progress.advanced = true;
    // If the connection was lost, this makes a new one.
    await context.session();
    if (!suggestsServer(streak)) return;
    if (!(await serves())) throw error;
    streak = [];
    await settle(true);
  }

  return {
    settle,
    errorOf,
    async refused(record, error) {
      try {
        await judge(record, error);
      } catch (reason) {
        if (!context.signal.aborted) await settle(false);
        throw reason;
      }
    },
    isRefused: (record) => errorOf(record) !== null || waiting.some((each) => each.record.key === record.key),
    async opened(record) {
      well = record;
      streak = [];
      errors.set(record.key, null);
      await settle(true);
    },
    async unchanged(record) {
      if (errorOf(record) !== null) await note(record, null);
    },
  };
}

/** Whether an error concerns only the folder: not the credential, and not the end of the attempt. */
export function isOfFolder({ context }: Pick<SyncRun, 'context'>, error: unknown): error is MailboxFailure {
  return error instanceof MailboxFailure && !context.signal.aborted && concernsFolder(error.failure.code);
}
