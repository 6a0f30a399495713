/** An abort signal that outlives the jobs of a batch, and follows the signal of one job at a time. */
export type SignalRelay = {
  readonly signal: AbortSignal;
  /** Follows this job's signal, and no other from now on. */
  follow(signal: AbortSignal): void;
  release(): void;
};

/** A relay that follows no signal yet. */
export function signalRelay(): SignalRelay {
  const stop = new AbortController();
  let release = (): void => {};
  return {
    signal: stop.signal,
    follow(signal) {
      release();
      const abort = (): void => stop.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      release = () => signal.removeEventListener('abort', abort);
    },
    release: () => release(),
  };
}
