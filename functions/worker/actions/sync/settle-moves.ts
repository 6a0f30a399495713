import { matchMoves } from '../../../domain/sync/moves.ts';
import type { SyncRun } from './run.ts';

/** Two runs of a credential may end at the same time. */
const TRIES = 3;

/**
 * Counts as moved what this part and the last minutes show to have been moved, and remembers the halves that are left.
 * What is at stake are counts alone: when the store's item is too hotly contested, they are forgotten.
 */
export async function settleMoves({
  context,
  counts,
  moves,
}: Pick<SyncRun, 'context' | 'counts' | 'moves'>): Promise<void> {
  const { mail, credentialId, generation, jobId, now } = context;
  const seen = moves.take();
  if (seen.added.length === 0 && seen.removed.length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    const { version, traces } = await mail.traces(credentialId);
    const known = traces?.generation === generation ? traces : { generation, removed: [], added: [] };
    const matched = matchMoves(known, seen, { by: jobId, since: counts.startedAt, now: now() });
    const stored = !matched.changed || (await mail.putTraces(credentialId, { version, traces: matched.traces }));
    if (!stored && attempt < TRIES) continue;
    counts.moved += matched.moved;
    counts.added -= Math.min(counts.added, matched.added);
    counts.removed -= Math.min(counts.removed, matched.removed);
    return;
  }
}
