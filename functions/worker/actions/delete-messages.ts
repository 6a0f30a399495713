import * as z from 'zod';
import {
  type DeleteMessagesPayload,
  type DeleteMessagesResult,
  deleteMessagesPayload,
} from '../../domain/action/imap-delete-messages.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { MailboxRecord } from '../../domain/mail/mailbox.ts';
import { formatUidSet, parseUidSet, subtractUids, uidCount } from '../../domain/sync/uid-set.ts';
import type { Action, ActionContext } from '../action.ts';
import { recordsOf } from './mailboxes/spelling.ts';
import { inCommands } from './messages/in-commands.ts';
import { failure, identify, openSource } from './messages/source.ts';
import { transfer } from './messages/transfer.ts';

const planSchema = z.strictObject({ expunge: z.string() });
/** Messages deleted in earlier runs of the attempt. */
const checkpointSchema = z.strictObject({ deleted: z.int().nonnegative() });

/**
 * Moves messages to the trash, or deletes them for good. On Gmail an expunge outside Trash or Junk only removes a
 * label.
 */
export const deleteMessages: Action<DeleteMessagesPayload> = {
  name: 'imap_delete_messages',
  payload: deleteMessagesPayload,
  run: (payload, context) => (payload.mode === 'trash' ? intoTrash(payload, context) : expunge(payload, context)),
};

async function intoTrash(payload: DeleteMessagesPayload, context: ActionContext): Promise<AttemptOutcome> {
  const trash = (await recordsOf(context)).find(isOwnTrash);
  if (trash === undefined) throw failure('mailbox_not_found', 'No sync has seen a mailbox for deleted messages.');
  if (trash.path === payload.folder)
    throw failure('operation_not_allowed', 'They are in the trash already; only an expunge removes them from there.');
  const wanted = { ...payload, target_folder: trash.path, create_target: false };
  const transferred = await transfer(context, wanted, 'move');
  if (transferred.kind === 'yielded') return transferred;
  const { done, outcome } = transferred;
  const result: DeleteMessagesResult = {
    deleted: done,
    already_done: outcome.already_done,
    mode: 'trash',
    missing: outcome.missing,
    trash_folder: trash.path,
  };
  return { kind: 'succeeded', result };
}

/** A server that shows other users' mailboxes also shows their trash. */
function isOwnTrash({ specialUse, namespace, selectable, missingSince }: MailboxRecord): boolean {
  return specialUse === '\\Trash' && namespace === 'personal' && selectable && missingSince === null;
}

async function expunge(payload: DeleteMessagesPayload, context: ActionContext): Promise<AttemptOutcome> {
  const source = await openSource(context, payload, 'write');
  const { session, record } = source;
  if (!session.features.uidplus) throw failure('extension_unsupported', 'The server has no UIDPLUS.');
  const isBin = record?.specialUse === '\\Trash' || record?.specialUse === '\\Junk';
  if (session.features.gmail && !isBin)
    throw failure('operation_not_allowed', 'Gmail deletes for good only from Trash and Spam.');
  const earlier = planSchema.safeParse(context.plan);
  const { present, missing } = await identify(context, source, payload.uids);
  if (!earlier.success && present.length === 0) throw failure('message_not_found', 'None of the messages is there.');
  const planned = earlier.success ? parseUidSet(earlier.data.expunge) : present;
  if (!earlier.success) await context.record({ expunge: formatUidSet(present) });
  const before = checkpointSchema.safeParse(context.checkpoint);
  const left = await inCommands(context, present, (uids) =>
    context.mutate(() => session.expungeMessages(formatUidSet(uids))),
  );
  const deleted = (before.success ? before.data.deleted : 0) + uidCount(subtractUids(present, left));
  if (left.length > 0) return { kind: 'yielded', checkpoint: { deleted } };
  const result: DeleteMessagesResult = {
    deleted,
    already_done: Math.max(0, uidCount(planned) - deleted),
    mode: 'expunge',
    missing: formatUidSet(subtractUids(missing, planned)),
    trash_folder: null,
  };
  return { kind: 'succeeded', result };
}
