/** Wakes readers that wait for a write to the tables, so that they need not poll. */
export type Writes = {
  /** Reports that a write was made. */
  notice(): void;
  /** Resolves at the next write, but after `ms` milliseconds at the latest. */
  next(ms: number): Promise<void>;
};

export function noticedWrites(): Writes {
  const waiting = new Set<() => void>();
  return {
    notice() {
      for (const wake of waiting) wake();
    },
    next: (ms) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(latest);
          waiting.delete(wake);
          resolve();
        };
        const latest = setTimeout(wake, ms);
        waiting.add(wake);
      }),
  };
}

/** Whether this operation of DynamoDB may write items. */
export const mayWrite = (operation: string): boolean =>
  /^(Put|Update|Delete|BatchWrite|TransactWrite|Execute|BatchExecute)/.test(operation);
