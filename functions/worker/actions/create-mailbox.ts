import { type CreateMailboxPayload, createMailboxPayload } from '../../domain/action/imap-mailboxes.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { Action } from '../action.ts';
import { pathUnder } from './mailboxes/listed.ts';

/** Makes a mailbox; one that is there already is as good. */
export const createMailbox: Action<CreateMailboxPayload> = {
  name: 'imap_create_mailbox',
  payload: createMailboxPayload,
  async run({ name, parent }, context) {
    const session = await context.session();
    const { mailboxes: hierarchy } = await session.listMailboxes({ statuses: false });
    const path = pathUnder(hierarchy, session, parent === null ? null : canonicalPath(parent), name);
    const exists = hierarchy.some((each) => each.path === path);
    const created = !exists && (await context.mutate(() => session.createMailbox(session.nameFor(path))));
    return { kind: 'succeeded', result: { path, created } };
  },
};
