import { ApiProblem } from '../../client/index.ts';

/**
 * Whether the service has refused a command. After a lost connection, the end of a session or a failure of the service,
 * nobody knows whether it was carried out, so the next try must send the same command.
 */
export const isRefused = (error: unknown): boolean => error instanceof ApiProblem && error.status < 500;

/** The message of the service about this field of the body (`/host`), or about a field inside it. */
export function fieldProblem(error: Error | null, pointer: string): string | null {
  if (!(error instanceof ApiProblem)) return null;
  const wrong = error.problem.errors?.find(
    (each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`),
  );
  return wrong?.message ?? null;
}
