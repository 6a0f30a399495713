import * as z from 'zod';
import { type RenameMailboxPayload, renameMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import { fits } from '../../domain/action/result.ts';
import type { Action } from '../action.ts';
import { assertOneLevel, assertOrdinary, childrenOf, parentOf, pathUnder } from './mailboxes/listed.ts';
import { renameStored } from './mailboxes/rename-stored.ts';
import { failure } from './messages/source.ts';

const planSchema = z.strictObject({ rename: z.strictObject({ to: z.string(), children: z.int() }) });

/** Renames or moves a mailbox with all below it, on the server and in what is stored. */
export const renameMailbox: Action<RenameMailboxPayload> = {
  name: 'imap_rename_mailbox',
  payload: renameMailboxPayload,
  async run({ folder, uid_validity, name, parent }, context) {
    const session = await context.session();
    const from = canonicalPath(folder);
    const { mailboxes: hierarchy } = await session.listMailboxes({ statuses: false });
    const listed = hierarchy.find(({ path }) => path === from);
    const earlier = planSchema.safeParse(context.plan);
    if (listed === undefined && earlier.success) {
      const { to, children } = earlier.data.rename;
      const { uidValidity } = await session.status(session.nameFor(to));
      if (uidValidity !== uid_validity) throw failure('uidvalidity_changed', 'Another mailbox has the new name.');
      await renameStored(context, { from, to });
      return { kind: 'succeeded', result: { old_path: from, path: to, renamed: true, children } };
    }
    if (listed === undefined) throw failure('mailbox_not_found', 'The server does not list this mailbox.');
    assertOrdinary(listed);
    const { uidValidity } = await session.status(listed.name);
    if (uidValidity !== uid_validity)
      throw failure('uidvalidity_changed', `The mailbox is at UIDVALIDITY ${uidValidity}.`);
    const above = parentOf(listed);
    const under = parent === undefined ? above : parent === null ? null : canonicalPath(parent);
    const stays = parent === undefined && above === null;
    assertOneLevel(name, listed.delimiter);
    const to = stays ? name : pathUnder(hierarchy, session, under, name);
    if (to === from) return { kind: 'succeeded', result: { old_path: from, path: to, renamed: false, children: 0 } };
    if (hierarchy.some(({ path }) => path === to)) throw failure('mailbox_exists', 'A mailbox of that name exists.');
    const children = childrenOf(hierarchy, from).length;
    const result = { old_path: from, path: to, renamed: true, children };
    if (!fits(result)) throw failure('invalid_payload', 'The old and the new name are too long together.');
    if (!earlier.success) await context.record({ rename: { to, children } });
    await context.mutate(() => session.renameMailbox(listed.name, session.nameFor(to)));
    await renameStored(context, { from, to });
    return { kind: 'succeeded', result };
  },
};
