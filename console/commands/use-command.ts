import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { isRefused } from './answered.ts';

export type Command<Result> = {
  readonly run: () => void;
  readonly isRunning: boolean;
  readonly error: Error | null;
  readonly result: Result | null;
  /** Forgets the result and the error. */
  readonly forget: () => void;
};

/**
 * A command of a form. All tries have the same idempotency key until the service has answered, so that the command is
 * carried out once. The request is not kept: `send` reads it from the form when it is called, so a secret is only in
 * its field.
 */
export function useCommand<Result>(
  send: (idempotencyKey: string) => Promise<Result>,
  done: (result: Result) => void = () => {},
): Command<Result> {
  const key = useRef<string | null>(null);
  const { mutate, isPending, error, data, reset } = useMutation<Result>({
    gcTime: 0,
    mutationFn: async () => {
      key.current ??= crypto.randomUUID();
      try {
        const result = await send(key.current);
        key.current = null;
        return result;
      } catch (thrown) {
        if (isRefused(thrown)) key.current = null;
        throw thrown;
      }
    },
    onSuccess: done,
  });
  return { run: () => mutate(), isRunning: isPending, error, result: data ?? null, forget: reset };
}
