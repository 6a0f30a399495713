/**
 * Commands that change messages. The library does not throw their errors: it resolves to `false` for a refusal, a
 * throttle and a closed connection alike. If an extension is missing, it falls back to a plain EXPUNGE, which also
 * removes other messages. So a command is refused here if the extension is missing, and `false` becomes the failure
 * that the observer saw.
 */
import type { CopyResponseObject } from 'imapflow';
import { formatUidSet, hasUid, type UidSet } from '../../domain/sync/uid-set.ts';
import type { SessionFeatures, Transfer } from '../../ports/mailbox.ts';
import type { Line } from './line.ts';
import { toUidValidity } from './mailbox-list.ts';
import { toUid } from './numbers.ts';
import { problem } from './problem.ts';
import { assertUnlimited } from './read-messages.ts';

/** The failure behind a result that only says that there was one. */
function hiddenFailure({ client, observer }: Line): unknown {
  return observer.refusal ?? problem(client.usable ? 'NothingSent' : 'NoConnection');
}

export async function storeFlags(
  line: Line,
  uids: UidSet,
  change: { readonly operation: 'add' | 'remove'; readonly flags: readonly string[] },
  unchangedSince: bigint | null,
): Promise<{ readonly conflict: boolean }> {
  const { client, observer } = line;
  const options = { uid: true, ...(unchangedSince === null ? {} : { unchangedSince }) };
  const range = formatUidSet(uids);
  const flags = [...change.flags];
  const stored =
    change.operation === 'add'
      ? await client.messageFlagsAdd(range, flags, options)
      : await client.messageFlagsRemove(range, flags, options);
  // The server answers OK or NO although it skipped only some messages (RFC 7162 section 3.1.3).
  const conflict = unchangedSince !== null && observer.responseCodes.has('MODIFIED');
  if (!stored && !conflict) throw hiddenFailure(line);
  assertUnlimited(observer);
  return { conflict };
}

export async function copyMessages(line: Line, uids: UidSet, target: string): Promise<Transfer> {
  return transferOf(line, uids, await line.client.messageCopy(formatUidSet(uids), target, { uid: true }));
}

export async function moveMessages(
  line: Line,
  uids: UidSet,
  target: string,
  features: SessionFeatures,
): Promise<Transfer> {
  if (!features.move) throw problem('MissingServerExtension');
  return transferOf(line, uids, await line.client.messageMove(formatUidSet(uids), target, { uid: true }));
}

export async function expungeMessages(line: Line, uids: UidSet, features: SessionFeatures): Promise<void> {
  if (!features.uidplus) throw problem('MissingServerExtension');
  if (!(await line.client.messageDelete(formatUidSet(uids), { uid: true }))) throw hiddenFailure(line);
  assertUnlimited(line.observer);
}

function transferOf(line: Line, asked: UidSet, answer: CopyResponseObject | false | undefined): Transfer {
  if (!answer) throw hiddenFailure(line);
  assertUnlimited(line.observer);
  const uidValidity = toUidValidity(answer.uidValidity);
  return { uidValidity, uids: answer.uidMap && isPairing(answer.uidMap, asked) ? answer.uidMap : null };
}

/** Whether COPYUID pairs requested messages with UIDs, each with a different one (RFC 4315 section 3). */
function isPairing(pairs: ReadonlyMap<number, number>, asked: UidSet): boolean {
  const targets = new Set(pairs.values());
  return targets.size === pairs.size && [...pairs].every(([from, to]) => hasUid(asked, from) && toUid(to) !== null);
}
