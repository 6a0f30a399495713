import {
  type SyncMailboxesPayload,
  type SyncMailboxesResult,
  syncMailboxesPayload,
} from '../../domain/action/imap-sync-mailboxes.ts';
import type { Action } from '../action.ts';
import { discover, eraseRemoved } from './sync/discover.ts';

/** Brings the list of mailboxes up to date. One LIST; a mailbox is selected only where a rename is to be proven. */
export const syncMailboxes: Action<SyncMailboxesPayload> = {
  name: 'imap_sync_mailboxes',
  payload: syncMailboxesPayload,
  async run({ namespaces }, context) {
    const discovery = await discover(context, ({ namespace }) => namespaces.includes(namespace), true);
    await eraseRemoved(context, discovery);
    const { plan, mailboxes } = discovery;
    const result: SyncMailboxesResult = {
      mailboxes: mailboxes.length,
      added: plan.added.length,
      missing: plan.missing.length,
      removed: plan.removed.length,
      renamed: plan.renamed.length,
      unselectable: mailboxes.filter(({ listed }) => !listed.selectable).length,
    };
    context.reportProgress({ done: mailboxes.length, total: mailboxes.length, unit: 'mailboxes' });
    return { kind: 'succeeded', result };
  },
};
