import * as z from 'zod';
import { type RenameMailboxPayload, renameMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import { fits } from '../../domain/action/result.ts';
import type { ListedMailbox, MailboxSession } from '../../ports/mailbox.ts';
import type { Action } from '../action.ts';
import {
  assertOneLevel,
  assertOrdinary,
  childrenOf,
  existing,
  type Place,
  parentOf,
  placeOf,
  placeUnder,
} from './mailboxes/listed.ts';
import { renameStored } from './mailboxes/rename-stored.ts';
import {
  byName,
  type Hierarchy,
  hierarchyOf,
  listedLike,
  recordsOf,
  spellingsOf,
  unlisted,
} from './mailboxes/spelling.ts';
import { failure } from './messages/source.ts';

/** Names are null in plans from before they were stored. */
const planSchema = z.strictObject({
  rename: z.strictObject({
    to: z.string(),
    children: z.int(),
    from_name: z.string().nullable().default(null),
    to_name: z.string().nullable().default(null),
  }),
});

/** Renames or moves a mailbox with all its children, on the server and in the stored records. */
export const renameMailbox: Action<RenameMailboxPayload> = {
  name: 'imap_rename_mailbox',
  payload: renameMailboxPayload,
  async run(payload, context) {
    const { folder, uid_validity } = payload;
    const session = await context.session();
    const records = await recordsOf(context);
    const hierarchy = await hierarchyOf(session, records);
    const from = canonicalPath(folder);
    const earlier = planSchema.safeParse(context.plan);
    const plan = earlier.success ? earlier.data.rename : null;
    const found = await existing(session, records, hierarchy, from, plan?.from_name ?? null);
    if (found === null && plan !== null) {
      const status = (name: string) => session.status(name).then(({ uidValidity }) => ({ name, uidValidity }));
      const renamed = await (plan.to_name === null ? byName(session, records, plan.to, status) : status(plan.to_name));
      if (renamed.uidValidity !== uid_validity)
        throw failure('uidvalidity_changed', 'Another mailbox has the new name.');
      const before = { path: from, name: plan.from_name ?? session.nameFor(from) };
      await renameStored(context, { from: before, to: { path: plan.to, name: renamed.name } });
      return { kind: 'succeeded', result: { old_path: from, path: plan.to, renamed: true, children: plan.children } };
    }
    if (found === null) throw failure('mailbox_not_found', 'The server has no such mailbox.');
    assertOrdinary(found);
    const { uidValidity } = await session.status(found.name);
    if (uidValidity !== uid_validity)
      throw failure('uidvalidity_changed', `The mailbox is at UIDVALIDITY ${uidValidity}.`);
    const to = destination(payload, hierarchy, session, found);
    if (to.path === from)
      return { kind: 'succeeded', result: { old_path: from, path: from, renamed: false, children: 0 } };
    await assertFree(session, hierarchy, to, found);
    const children = childrenOf(hierarchy, found).length;
    const result = { old_path: from, path: to.path, renamed: true, children };
    if (!fits(result)) throw failure('invalid_payload', 'The old and the new name are too long together.');
    if (plan === null)
      await context.record({ rename: { to: to.path, children, from_name: found.name, to_name: to.name } });
    await context.mutate(() => session.renameMailbox(found.name, to.name));
    await renameStored(context, { from: { path: from, name: found.name }, to });
    return { kind: 'succeeded', result };
  },
};

/** The new place: below the requested parent, otherwise below the present one. */
function destination(
  { name, parent }: RenameMailboxPayload,
  hierarchy: Hierarchy,
  session: MailboxSession,
  found: ListedMailbox,
): Place {
  assertOneLevel(name, found.delimiter);
  if (parent === null) return placeUnder(hierarchy, session, null, name);
  if (parent !== undefined)
    return placeUnder(hierarchy, session, placeOf(hierarchy, session, canonicalPath(parent)), name);
  const above = parentOf(found);
  return above === null ? { path: name, name: session.nameFor(name) } : placeUnder(hierarchy, session, above, name);
}

/** Throws `mailbox_exists` when another mailbox has the path, in any spelling, listed or hidden by a damaged list. */
async function assertFree(session: MailboxSession, hierarchy: Hierarchy, to: Place, found: Place): Promise<void> {
  const listed = listedLike(hierarchy, to.path);
  const hidden =
    listed === undefined && hierarchy.fault !== null ? await unlisted(session, spellingsOf(to.name, to.path)) : null;
  const name = listed?.name ?? hidden?.name ?? found.name;
  if (name !== found.name) throw failure('mailbox_exists', 'A mailbox of that name exists.');
}
