/**
 * Sends dead letters to their queue again, at a pace. A message is sent first and then removed from the dead letters.
 * If the run is killed in between, the message is sent twice, which is harmless, because messages are advisory. A
 * letter that is not a message of this service stays and is reported.
 */
import type { DeadLetter, DeadLetters } from '../ports/dead-letters.ts';

const NAMED = 20;
/** After this many known letters in a row, the queue is assumed to hold no others. */
const MAX_STALE = 20;

export type RedrivePorts<Message> = {
  readonly letters: DeadLetters;
  /** The message in a letter's body; null when it is not a message of this queue. */
  read(body: string): Message | null;
  /** Throws when the queue does not accept the message. */
  send(message: Message): Promise<void>;
  /** Waits, ms. */
  pause(ms: number): Promise<void>;
  /** Called after every few letters. */
  onProgress(soFar: RedriveReport): void;
};

export type RedriveReport = {
  /** Letters that were sent again and removed; without `apply`, letters that would be. */
  readonly redriven: number;
  readonly foreign: number;
  /** Ids of the first letters that are not messages of this service. */
  readonly foreignIds: readonly string[];
};

/**
 * One run over the dead letters of one queue. Without `apply` nothing is sent and each letter is put back. Throws when
 * a queue does not answer or does not accept a message: that letter and all later ones stay.
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
      // Letters that were kept are received again if the run takes longer than they are hidden.
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
    // A letter that cannot be put back is shown again after some minutes, so the error is ignored and the report is
    // kept.
    for (const letter of kept.values()) await letters.putBack(letter).catch(() => {});
  }
}
