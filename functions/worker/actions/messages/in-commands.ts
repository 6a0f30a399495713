import { splitUids, subtractUids, type UidSet } from '../../../domain/sync/uid-set.ts';
import type { ActionContext } from '../../action.ts';

/**
 * UIDs in one command: a command line stays near the 1,000 octets that every server accepts (RFC 2683 section
 * 3.2.1.5).
 */
const PER_COMMAND = 100;

/**
 * Changes messages command by command, lowest UIDs first, and stops when the time of the run is over. The first
 * command is always sent, so each run makes progress. Returns the UIDs that are left; empty when all are done.
 */
export async function inCommands(
  context: Pick<ActionContext, 'remainingMs'>,
  uids: UidSet,
  run: (some: UidSet) => Promise<void>,
): Promise<UidSet> {
  let left = uids;
  for (const some of splitUids(uids, PER_COMMAND).toReversed()) {
    if (left !== uids && context.remainingMs() <= 0) return left;
    await run(some);
    left = subtractUids(left, some);
  }
  return left;
}
