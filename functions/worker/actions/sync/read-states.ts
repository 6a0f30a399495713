import type { FailureCode } from '../../../domain/failure/catalogue.ts';
import { comparePlaces, type FolderPlace, folderPlaceOf } from '../../../domain/sync/folder-order.ts';
import { sameStatus } from '../../../domain/sync/plan-mailboxes.ts';
import { suggestsServer } from '../../../domain/sync/refusals.ts';
import type { ActionContext } from '../../action.ts';
import { listingOf } from './add-mailbox.ts';
import type { Folder } from './discover.ts';
import { isOfFolder } from './refusals.ts';
import { assertOurs, isTimeUp } from './run.ts';

/**
 * Stores the status of mailboxes by one STATUS each, on servers without LIST-STATUS. `passed`: the last mailbox that
 * was asked for, in this run or an earlier one. `done` is false when time is over before all are done. A mailbox whose
 * STATUS fails keeps its stored status. Throws MailboxFailure when several in a row fail for the same transient
 * reason, or when more than the mailbox has failed.
 */
export async function readStates(
  context: ActionContext,
  mailboxes: readonly Folder[],
  { passed, from }: { readonly passed: FolderPlace | null; readonly from: FolderPlace | null },
): Promise<{ readonly done: boolean; readonly passed: FolderPlace | null }> {
  const { mail, credentialId } = context;
  const { features } = await context.session();
  if (features.listStatus) return { done: true, passed };
  const inOrder = mailboxes
    .filter(({ listed }) => listed.selectable)
    .map((folder) => ({ ...folder, place: folderPlaceOf({ ...folder.record, lastError: null }, 0) }))
    .toSorted((one, other) => comparePlaces(one.place, other.place, from));
  let reached = passed;
  const streak: FailureCode[] = [];
  try {
    for (const { record, listed, place } of inOrder) {
      if (passed !== null && comparePlaces(place, passed, from) <= 0) continue;
      assertOurs(context);
      if (isTimeUp({ context })) return { done: false, passed: reached };
      try {
        const session = await context.session();
        const status = listed.status ?? (await session.status(listed.name));
        if (!sameStatus(record.status, status)) await mail.noteListing(record, listingOf({ ...listed, status }));
        streak.length = 0;
      } catch (error) {
        if (!isOfFolder({ context }, error)) throw error;
        streak.push(error.failure.code);
        if (suggestsServer(streak)) throw error;
      }
      reached = place;
    }
  } catch (error) {
    if (!context.signal.aborted && reached !== null) await mail.noteBreakOff(credentialId, 'mailboxes', reached);
    throw error;
  }
  if (from !== null) await mail.noteBreakOff(credentialId, 'mailboxes', null);
  return { done: true, passed: reached };
}
