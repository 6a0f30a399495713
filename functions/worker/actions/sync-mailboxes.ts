import * as z from 'zod';
import {
  type SyncMailboxesPayload,
  type SyncMailboxesResult,
  syncMailboxesPayload,
} from '../../domain/action/imap-sync-mailboxes.ts';
import { folderPlace } from '../../domain/sync/folder-order.ts';
import type { Action, ActionContext } from '../action.ts';
import { discover } from './sync/discover.ts';
import { eraseRemoved } from './sync/erase-removed.ts';
import { readStates } from './sync/read-states.ts';

const count = z.int().nonnegative();
const checkpointSchema = z.strictObject({
  added: count,
  missing: count,
  renamed: count,
  /** The last folder whose status was read. */
  passed: folderPlace.nullable(),
  /** The folder after which the attempt began. */
  from: folderPlace.nullable(),
});

/**
 * Updates the list of mailboxes with one LIST. A mailbox is selected only to prove a rename. STATUS is sent only on
 * servers without LIST-STATUS; that takes long and continues where it stopped.
 */
export const syncMailboxes: Action<SyncMailboxesPayload> = {
  name: 'imap_sync_mailboxes',
  payload: syncMailboxesPayload,
  async run({ namespaces }, context) {
    const discovery = await discover(context, { namespaces, folder: null, statuses: true });
    const { plan, mailboxes, fault } = discovery;
    const earlier = await begun(context);
    const counts = {
      added: earlier.added + plan.added.length,
      missing: earlier.missing + plan.missing.length,
      renamed: earlier.renamed + plan.renamed.length,
    };
    const states = await readStates(context, mailboxes, earlier);
    if (!states.done) return { kind: 'yielded', checkpoint: { ...counts, passed: states.passed, from: earlier.from } };
    await eraseRemoved(context, discovery);
    const result: SyncMailboxesResult = {
      mailboxes: mailboxes.length,
      ...counts,
      // Removed mailboxes are erased in the last run, so that run has found all of them.
      removed: plan.removed.length,
      unselectable: mailboxes.filter(({ listed }) => !listed.selectable).length,
      listing: fault === null ? 'whole' : 'damaged',
    };
    context.reportProgress({ done: mailboxes.length, total: mailboxes.length, unit: 'mailboxes' });
    return { kind: 'succeeded', result };
  },
};

async function begun({
  checkpoint,
  mail,
  credentialId,
  session,
}: ActionContext): Promise<z.infer<typeof checkpointSchema>> {
  const earlier = checkpointSchema.safeParse(checkpoint);
  if (earlier.success) return earlier.data;
  const { features } = await session();
  const from = features.listStatus ? null : await mail.brokeOffAt(credentialId, 'mailboxes');
  return { added: 0, missing: 0, renamed: 0, passed: null, from };
}
