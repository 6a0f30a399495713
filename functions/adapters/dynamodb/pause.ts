/** Waits a random time up to 25 ms × 2^attempt, at most 2 s, so that writers in conflict retry at different times. */
export function pauseWithJitter(attempt: number): Promise<void> {
  const ceiling = Math.min(2000, 25 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}
