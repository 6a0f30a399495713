import * as z from 'zod';
import { type DeleteMailboxPayload, deleteMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { Action } from '../action.ts';
import { assertOrdinary, childrenOf } from './mailboxes/listed.ts';
import { failure } from './messages/source.ts';

const planSchema = z.strictObject({ delete_mailbox: z.strictObject({ messages: z.int() }) });

/** Deletes a mailbox for good: one without others below it, and with no more messages than were reckoned with. */
export const deleteMailbox: Action<DeleteMailboxPayload> = {
  name: 'imap_delete_mailbox',
  payload: deleteMailboxPayload,
  async run({ folder, uid_validity, if_messages_at_most: most }, context) {
    const session = await context.session();
    const path = canonicalPath(folder);
    const { mailboxes: hierarchy } = await session.listMailboxes({ statuses: false });
    const listed = hierarchy.find((each) => each.path === path);
    const earlier = planSchema.safeParse(context.plan);
    if (listed === undefined && earlier.success)
      return { kind: 'succeeded', result: { deleted: true, messages: earlier.data.delete_mailbox.messages } };
    if (listed === undefined) throw failure('mailbox_not_found', 'The server does not list this mailbox.');
    assertOrdinary(listed);
    if (childrenOf(hierarchy, path).length > 0) throw failure('mailbox_has_children', 'There are mailboxes below it.');
    const { uidValidity, messages } = await session.status(listed.name);
    if (uidValidity !== uid_validity)
      throw failure('uidvalidity_changed', `The mailbox is at UIDVALIDITY ${uidValidity}.`);
    if (messages > most) throw failure('mailbox_not_empty', `It holds ${messages} messages.`);
    if (!earlier.success) await context.record({ delete_mailbox: { messages } });
    await context.mutate(() => session.deleteMailbox(listed.name));
    return { kind: 'succeeded', result: { deleted: true, messages } };
  },
};
