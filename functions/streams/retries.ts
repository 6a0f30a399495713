/** The rounds of a decision, counted from 0. Another round follows only after a conflict. */
export type Retries = () => AsyncIterable<number>;

/** Less than the 29 s of a request, so that the caller can still be asked to try again. */
const MAX_MS = 20_000;
const FIRST_MS = 20;
const MAX_PAUSE_MS = 250;

/**
 * For requests: rounds for 20 seconds, with random pauses between them. The maximum pause doubles each time, up to 250
 * ms.
 */
export async function* withinRequest(): AsyncGenerator<number> {
  const end = performance.now() + MAX_MS;
  for (let round = 0; performance.now() < end; round += 1) {
    yield round;
    const longest = Math.min(MAX_PAUSE_MS, FIRST_MS * 2 ** round);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
  }
}

/** At most this many rounds. `pause` runs before each round but the first. */
export function atMost(rounds: number, pause: (round: number) => Promise<void> = async () => {}): Retries {
  return async function* counted() {
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await pause(round);
      yield round;
    }
  };
}
