import { type CreateMailboxPayload, createMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { Action } from '../action.ts';
import { placeOf, placeUnder } from './mailboxes/listed.ts';
import { hierarchyOf, listedLike, recordsOf, spellingsOf, unlisted } from './mailboxes/spelling.ts';

/** Creates a mailbox; succeeds without a change if it already exists in any spelling. */
export const createMailbox: Action<CreateMailboxPayload> = {
  name: 'imap_create_mailbox',
  payload: createMailboxPayload,
  async run({ name, parent }, context) {
    const session = await context.session();
    const hierarchy = await hierarchyOf(session, await recordsOf(context));
    const above = parent === null ? null : placeOf(hierarchy, session, canonicalPath(parent));
    const place = placeUnder(hierarchy, session, above, name);
    const listed = listedLike(hierarchy, place.path);
    if (listed !== undefined) return { kind: 'succeeded', result: { path: listed.path, created: false } };
    const hidden = hierarchy.fault !== null && (await unlisted(session, spellingsOf(place.name, place.path))) !== null;
    const created = !hidden && (await context.mutate(() => session.createMailbox(place.name)));
    return { kind: 'succeeded', result: { path: place.path, created } };
  },
};
