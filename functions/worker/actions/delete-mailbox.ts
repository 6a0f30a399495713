import * as z from 'zod';
import { type DeleteMailboxPayload, deleteMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { ListedMailbox } from '../../ports/mailbox.ts';
import type { Action } from '../action.ts';
import { assertOrdinary, childrenOf, existing } from './mailboxes/listed.ts';
import { type Hierarchy, hierarchyOf, recordsOf } from './mailboxes/spelling.ts';
import { failure } from './messages/source.ts';

/** `name` is null in plans from before it was stored. */
const planSchema = z.strictObject({
  delete_mailbox: z.strictObject({ messages: z.int(), name: z.string().nullable().default(null) }),
});

/** Deletes a mailbox for good: only without children, and with at most the expected number of messages. */
export const deleteMailbox: Action<DeleteMailboxPayload> = {
  name: 'imap_delete_mailbox',
  payload: deleteMailboxPayload,
  async run({ folder, uid_validity, if_messages_at_most: most }, context) {
    const session = await context.session();
    const records = await recordsOf(context);
    const hierarchy = await hierarchyOf(session, records);
    const earlier = planSchema.safeParse(context.plan);
    const planned = earlier.success ? earlier.data.delete_mailbox.name : null;
    const found = await existing(session, records, hierarchy, canonicalPath(folder), planned);
    if (found === null && earlier.success)
      return { kind: 'succeeded', result: { deleted: true, messages: earlier.data.delete_mailbox.messages } };
    if (found === null) throw failure('mailbox_not_found', 'The server has no such mailbox.');
    assertOrdinary(found);
    assertChildless(hierarchy, found);
    const { uidValidity, messages } = await session.status(found.name);
    if (uidValidity !== uid_validity)
      throw failure('uidvalidity_changed', `The mailbox is at UIDVALIDITY ${uidValidity}.`);
    if (messages > most) throw failure('mailbox_not_empty', `It holds ${messages} messages.`);
    if (!earlier.success) await context.record({ delete_mailbox: { messages, name: found.name } });
    await context.mutate(() => session.deleteMailbox(found.name));
    return { kind: 'succeeded', result: { deleted: true, messages } };
  },
};

/** If the list is damaged, only the server's own attribute proves that the mailbox has no children. */
function assertChildless(hierarchy: Hierarchy, mailbox: ListedMailbox): void {
  if (childrenOf(hierarchy, mailbox).length > 0) throw failure('mailbox_has_children', 'There are mailboxes below it.');
  if (hierarchy.fault === null || mailbox.hasChildren === false) return;
  if (mailbox.hasChildren) throw failure('mailbox_has_children', 'The server says that there are mailboxes below it.');
  throw failure(hierarchy.fault.code, `There may be mailboxes below it. ${hierarchy.fault.detail}`);
}
