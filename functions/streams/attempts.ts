/** Less than the 29 s of a request: the caller can still be asked to try again. */
const MOST_MS = 20_000;
const FIRST_MS = 20;
const LONGEST_MS = 250;

/**
 * Numbers of attempts, from 0, each after a random pause that grows from one to the next: for what is read and decided
 * again because others wrote first. Ends after 20 seconds.
 */
export async function* attempts(): AsyncGenerator<number> {
  const end = performance.now() + MOST_MS;
  for (let attempt = 0; performance.now() < end; attempt += 1) {
    yield attempt;
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
  }
}
