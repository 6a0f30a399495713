import * as z from 'zod';
import { type SetFlagsPayload, type SetFlagsResult, setFlagsPayload } from '../../domain/action/imap-set-flags.ts';
import {
  formatUidSet,
  fromUids,
  hasUid,
  parseUidSet,
  subtractUids,
  type UidSet,
  uidCount,
} from '../../domain/sync/uid-set.ts';
import type { FlagRow } from '../../ports/mailbox.ts';
import type { Action, ActionContext } from '../action.ts';
import { inCommands } from './messages/in-commands.ts';
import { failure, identify, openSource, type Source } from './messages/source.ts';

/** What earlier runs of the attempt did: all UIDs up to `upTo`, except the conflicted ones. */
const checkpointSchema = z.strictObject({
  upTo: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  conflicted: z.string(),
});

/**
 * Adds and removes flags. Both are idempotent, so no plan is needed. Yields between two sets of messages when time is
 * over.
 */
export const setFlags: Action<SetFlagsPayload> = {
  name: 'imap_set_flags',
  payload: setFlagsPayload,
  async run(payload, context) {
    const source = await openSource(context, payload, 'write');
    const { if_unchanged_since: since = null } = payload;
    if (since !== null && !source.selected.modseqs)
      throw failure('extension_unsupported', 'The mailbox has no mod-sequences.');
    const { present, missing } = await identify(context, source, payload.uids);
    const earlier = checkpointSchema.safeParse(context.checkpoint);
    const before = earlier.success ? earlier.data : { upTo: 0, changed: 0, conflicted: '' };
    if (!earlier.success && present.length === 0) throw failure('message_not_found', 'None of the messages is there.');
    const rejected = (payload.add ?? []).filter((flag) => !source.selected.stores(flag));
    const change = {
      add: (payload.add ?? []).filter((flag) => !rejected.includes(flag)),
      remove: payload.remove ?? [],
    };
    const todo = before.upTo === 0 ? present : subtractUids(present, [[1, before.upTo]]);
    const { done, conflicted: stale } = await apply(context, source, todo, change, since);
    const touched = change.add.length > 0 || change.remove.length > 0;
    const changed = before.changed + (touched ? uidCount(subtractUids(done, stale)) : 0);
    const conflicted = formatUidSet(fromUids([...uidsOf(parseUidSet(before.conflicted)), ...uidsOf(stale)]));
    if (uidCount(done) < uidCount(todo))
      return { kind: 'yielded', checkpoint: { upTo: done.at(-1)?.[1] ?? before.upTo, changed, conflicted } };
    const result: SetFlagsResult = {
      changed,
      missing: formatUidSet(missing),
      conflicted,
      rejected_flags: rejected,
    };
    return { kind: 'succeeded', result };
  },
};

type Change = { readonly add: readonly string[]; readonly remove: readonly string[] };

type Applied = {
  /** The UIDs processed before time was over. */
  readonly done: UidSet;
  /** Those of them that had changed and were left unchanged. */
  readonly conflicted: UidSet;
};

async function apply(
  context: ActionContext,
  { session }: Source,
  todo: UidSet,
  change: Change,
  since: string | null,
): Promise<Applied> {
  const before = since === null || todo.length === 0 ? [] : await rowsOf(session, todo);
  const stale = fromUids(
    before.filter(({ modseq }) => modseq === null || BigInt(modseq) > BigInt(since ?? 0)).map(({ uid }) => uid),
  );
  let conflicted = stale;
  const left = await inCommands(context, todo, async (window) => {
    let guard = since;
    for (const operation of ['add', 'remove'] as const) {
      const uids = subtractUids(window, conflicted);
      if (change[operation].length === 0 || uids.length === 0) continue;
      const { conflict } = await context.mutate(() =>
        session.storeFlags(formatUidSet(uids), { operation, flags: change[operation] }, guard),
      );
      if (guard === null) continue;
      const after = await rowsOf(session, uids);
      if (conflict)
        conflicted = fromUids([...uidsOf(conflicted), ...after.filter(lacks(operation, change)).map(uidOf)]);
      // Our own change raised the mod-sequences, so the second command uses the value after the first.
      guard = after.reduce((highest, { modseq }) => max(highest, modseq), guard);
    }
  });
  const done = subtractUids(todo, left);
  return { done, conflicted: subtractUids(conflicted, left) };
}

const uidOf = ({ uid }: FlagRow): number => uid;
const uidsOf = (set: UidSet): readonly number[] =>
  set.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, at) => low + at));

const lacks =
  (operation: 'add' | 'remove', change: Change) =>
  ({ flags }: FlagRow): boolean => {
    const has = (flag: string): boolean => flags.some((each) => each.toLowerCase() === flag.toLowerCase());
    return operation === 'add' ? !change.add.every(has) : change.remove.some(has);
  };

function max(one: string, other: string | null): string {
  return other !== null && BigInt(other) > BigInt(one) ? other : one;
}

async function rowsOf(session: Source['session'], uids: UidSet): Promise<readonly FlagRow[]> {
  const rows: FlagRow[] = [];
  await session.fetchFlags(formatUidSet(uids), null, (row) => {
    if (hasUid(uids, row.uid)) rows.push(row);
  });
  return rows;
}
