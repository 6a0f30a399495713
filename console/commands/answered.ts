import { ApiProblem } from '../../client/index.ts';

/** The message of the service about this field of the body (`/host`), or about a field inside it. */
export function fieldProblem(error: Error | null, pointer: string): string | null {
  if (!(error instanceof ApiProblem)) return null;
  const wrong = error.problem.errors?.find(
    (each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`),
  );
  return wrong?.message ?? null;
}
