import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { type Attempt, afterFailure, attemptOf, isDoneAlready } from './attempt.ts';

export type Command<Result> = {
  readonly run: () => void;
  readonly isRunning: boolean;
  readonly error: Error | null;
  readonly result: Result | null;
  /** Forgets the result and the error. */
  readonly forget: () => void;
};

/**
 * A command of a form. All tries have the same idempotency key until the service has judged it, so that it is carried out
 * once. What is sent is kept nowhere: `send` reads it from the form when it is called, so a secret is only in its field.
 * Times that it sends are counted from `at`, the first try, in ms.
 */
export function useCommand<Result>(
  send: (idempotencyKey: string, at: number) => Promise<Result>,
  done: (result: Result) => void = () => {},
): Command<Result> {
  const queries = useQueryClient();
  const held = useRef<Attempt | null>(null);
  const { mutate, isPending, error, data, reset } = useMutation<Result>({
    gcTime: 0,
    mutationFn: async () => {
      const attempt = attemptOf(held.current, Date.now());
      held.current = attempt;
      try {
        const result = await send(attempt.idempotencyKey, attempt.at);
        held.current = null;
        return result;
      } catch (thrown) {
        held.current = afterFailure(attempt, thrown);
        // What it has changed is not on the page yet.
        if (isDoneAlready(thrown)) void queries.invalidateQueries();
        throw thrown;
      }
    },
    onSuccess: done,
  });
  return { run: () => mutate(), isRunning: isPending, error, result: data ?? null, forget: reset };
}
