/**
 * Moves and copies messages without losing one or moving one twice, even if an attempt is interrupted at any point.
 *
 * Before the first command the attempt records the target's state (UIDVALIDITY, UIDNEXT). An attempt that finds such a
 * plan searches the target from that UIDNEXT for arrived messages, and acts only on the others. A source message that
 * is gone and has arrived was moved; one that is gone and has not arrived was removed by another client. Without MOVE
 * a message is copied, the copy is verified, and only then is the source removed, by UID EXPUNGE of exactly these
 * UIDs.
 */
import * as z from 'zod';
import type { TransferOutcome, TransferPayload } from '../../../domain/action/imap-transfer-messages.ts';
import { canonicalPath } from '../../../domain/action/message-set.ts';
import {
  formatUidSet,
  fromUids,
  hasUid,
  iterateUids,
  subtractUids,
  type UidSet,
  uidCount,
} from '../../../domain/sync/uid-set.ts';
import type { ActionContext } from '../../action.ts';
import { arrivals, fingerprint, pairedSets, type TargetMark } from './arrivals.ts';
import { inCommands } from './in-commands.ts';
import { failure, type Identity, identify, openSource, type Source } from './source.ts';
import { markTarget, namedMark } from './target.ts';

const planSchema = z.strictObject({
  /** `name` is null in plans from before it was stored. */
  target: z.strictObject({
    path: z.string(),
    name: z.string().nullable().default(null),
    uidValidity: z.int(),
    uidNext: z.int(),
  }),
  /** Fingerprints by source UID: the rows of moved messages may be removed before the next attempt needs them. */
  messages: z.record(z.string(), z.string()),
});

export type Transferred = { readonly kind: 'transferred'; readonly done: number; readonly outcome: TransferOutcome };
type Wanted = Pick<TransferPayload, 'folder' | 'uid_validity' | 'uids' | 'target_folder' | 'create_target'>;
type Method = TransferOutcome['method'];

/**
 * Number of messages that earlier runs of this attempt have sent: they count as done by this attempt, not as already
 * done.
 */
const checkpointSchema = z.strictObject({ sent: z.int().nonnegative() });
export type TransferYield = { readonly kind: 'yielded'; readonly checkpoint: z.infer<typeof checkpointSchema> };

/** Yields between two commands when time is over. The next run reads from the plan what was done. */
export async function transfer(
  context: ActionContext,
  wanted: Wanted,
  kind: 'move' | 'copy',
): Promise<Transferred | TransferYield> {
  const source = await openSource(context, wanted, kind === 'move' ? 'write' : 'read');
  const method = methodOf(source, kind);
  const target = canonicalPath(wanted.target_folder);
  if (target === source.path) throw failure('invalid_payload', 'The target is the mailbox they are in.');
  const { present, missing, identities } = await identify(context, source, wanted.uids);
  const earlier = planSchema.safeParse(context.plan);
  if (!earlier.success && present.length === 0) throw failure('message_not_found', 'None of the messages is there.');
  const mark = earlier.success
    ? await namedMark(source, earlier.data.target)
    : await markTarget(context, source, target, wanted.create_target);
  if (mark.name === source.selected.name) throw failure('invalid_payload', 'The target is the mailbox they are in.');
  const prints = earlier.success ? printsOf(earlier.data.messages) : printsOf(planned(identities, present));
  const arrived = earlier.success ? await arrivals(source.session, mark, prints) : new Map<number, number>();
  if (!earlier.success) await context.record({ target: mark, messages: planned(identities, present) });

  const here = [...iterateUids(present)];
  const pairs = new Map(arrived);
  // A message that MOVE leaves in the source was not moved, even if an equal one has arrived in the target.
  const toSend = fromUids(method === 'move' ? here : here.filter((uid) => !arrived.has(uid)));
  if (earlier.success || method !== 'move') await source.session.select(source.selected.name, accessOf(kind));
  const before = checkpointSchema.safeParse(context.checkpoint);
  const sentBefore = before.success ? before.data.sent : 0;
  let reported = true;
  const unsent = await inCommands(context, toSend, async (uids) => {
    const answer = await context.mutate(() =>
      method === 'move'
        ? source.session.moveMessages(formatUidSet(uids), mark.name)
        : source.session.copyMessages(formatUidSet(uids), mark.name),
    );
    for (const [from, to] of answer.uids ?? []) if (hasUid(uids, from)) pairs.set(from, to);
    reported &&= answer.uids !== null && [...iterateUids(uids)].every((uid) => answer.uids?.has(uid));
  });
  if (unsent.length > 0) return yielded(sentBefore + uidCount(subtractUids(toSend, unsent)));
  const verified = reported ? pairs : await lookAgain(source, mark, prints, pairs);
  const unverified = subtractUids(toSend, fromUids(verified.keys()));
  const sent = sentBefore + uidCount(toSend) - uidCount(unverified);
  if (method === 'copy_and_expunge' && !(await removeCopied(context, source, present, verified))) return yielded(sent);

  const takenBefore = [...iterateUids(missing)].filter((uid) => arrived.has(uid));
  const alreadyDone = method === 'move' ? takenBefore : [...arrived.keys()];
  const lost = [...iterateUids(missing)].filter((uid) => !arrived.has(uid));
  const ownBefore = Math.min(sentBefore, alreadyDone.length);
  return {
    kind: 'transferred',
    done: uidCount(toSend) - uidCount(unverified) + ownBefore,
    outcome: {
      already_done: alreadyDone.length - ownBefore,
      missing: formatUidSet(fromUids([...lost, ...iterateUids(unverified)])),
      target_uid_validity: mark.uidValidity,
      uid_map: pairedSets(verified),
      method,
      verified: unverified.length === 0,
    },
  };
}

const yielded = (sent: number): TransferYield => ({ kind: 'yielded', checkpoint: { sent } });

const printsOf = (messages: Readonly<Record<string, string>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(messages).map(([uid, print]) => [Number(uid), print]));

function planned(identities: ReadonlyMap<number, Identity>, present: UidSet): Record<string, string> {
  const here = [...identities].filter(([uid]) => hasUid(present, uid));
  return Object.fromEntries(here.map(([uid, identity]) => [String(uid), fingerprint(identity)]));
}

const accessOf = (kind: 'move' | 'copy') => (kind === 'move' ? ('write' as const) : ('read' as const));

/** Chosen before anything is changed. Throws `extension_unsupported`, `operation_not_allowed`. */
function methodOf({ session: { features }, record }: Source, kind: 'move' | 'copy'): Method {
  if (kind === 'copy') return 'copy';
  // Gmail's All Mail keeps messages that are moved out of it.
  if (features.gmail && record?.specialUse === '\\All')
    throw failure('operation_not_allowed', 'Gmail keeps every message in this mailbox.');
  if (features.move) return 'move';
  if (features.uidplus) return 'copy_and_expunge';
  throw failure('extension_unsupported', 'The server has neither MOVE nor UIDPLUS.');
}

/** If the server did not report where the messages went, they are searched in the target. */
async function lookAgain(
  { session }: Source,
  mark: TargetMark,
  prints: ReadonlyMap<number, string>,
  reported: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  return new Map([...reported, ...(await arrivals(session, mark, prints))]);
}

/**
 * Removes from the source only the messages that were found in the target. False when time is over before all are
 * removed.
 */
async function removeCopied(
  context: ActionContext,
  { session, selected }: Source,
  present: UidSet,
  copied: ReadonlyMap<number, number>,
): Promise<boolean> {
  const seen = fromUids([...copied.keys()].filter((uid) => hasUid(present, uid)));
  await session.select(selected.name, 'write');
  const left = await inCommands(context, seen, (uids) =>
    context.mutate(() => session.expungeMessages(formatUidSet(uids))),
  );
  return left.length === 0;
}
