/**
 * Sends dead letters to their queue again, at a pace. A message is sent first and removed from the dead letters
 * afterwards: if the run is killed in between, it comes twice, which is harmless, because messages are advisory. A letter
 * that is not a message of ours stays where it is and is reported.
 */
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.ts';

const NAMED = 20;
/** A queue that gives only letters that the run has met, so often in a row, has no others. */
const MAX_STALE = 20;

export type RedrivePorts<Message> = {
  readonly letters: DeadLetters;
  /** The message of a letter's body, null when it is not one of this queue. */
  read(body: string): Message | null;
  /** Throws when the queue does not take it. */
  send(message: Message): Promise<void>;
  /** Waits, ms. */
  pause(ms: number): Promise<void>;
  /** Called after each few letters. */
  onProgress(soFar: RedriveReport): void;
};

export type RedriveReport = {
  /** Letters that were sent again and removed; without `apply`, those that would be. */
  readonly redriven: number;
  readonly foreign: number;
  /** Ids of the first letters that are not messages of ours. */
  readonly foreignIds: readonly string[];
};

/**
 * One run over the dead letters of one queue. Without `apply` nothing is sent and each letter is put back. Throws when a
 * queue does not answer or does not take a message: that letter and all later ones are still there.
 */
export async function redrive<Message>(
  { letters, read, send, pause, onProgress }: RedrivePorts<Message>,
  { apply, perSecond }: { readonly apply: boolean; readonly perSecond: number },
): Promise<RedriveReport> {
  const met = new Set<string>();
  const kept = new Map<string, DeadLetter>();
  const foreignIds: string[] = [];
  let [redriven, foreign, stale] = [0, 0, 0];
  const report = (): RedriveReport => ({ redriven, foreign, foreignIds: foreignIds.slice(0, NAMED) });
  try {
    for (;;) {
      const received = await letters.receive();
      const fresh = received.filter(({ id }) => !met.has(id));
      // Letters that were kept come again in a run that takes longer than they are hidden.
      for (const letter of received) kept.set(letter.id, letter);
      stale = fresh.length === 0 ? stale + 1 : 0;
      if (received.length === 0 || stale === MAX_STALE) return report();
      for (const letter of fresh) {
        met.add(letter.id);
        const message = read(letter.body);
        if (message === null) {
          foreign += 1;
          foreignIds.push(letter.id);
          continue;
        }
        if (apply) {
          await pause(1000 / perSecond);
          await send(message);
          await letters.remove(letter);
          kept.delete(letter.id);
        }
        redriven += 1;
      }
      onProgress(report());
    }
  } finally {
    // A letter that cannot be put back is shown again after some minutes: no reason to lose the report.
    for (const letter of kept.values()) await letters.putBack(letter).catch(() => {});
  }
}
