import { ApiProblem } from '../../client/index.ts';
import { ServerText } from '../text/server-text.tsx';

/** What the service says about each field or parameter of the request. Shows nothing if it names none. */
export function FieldProblems({ error }: { readonly error: Error }) {
  const errors = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  if (errors.length === 0) return null;
  return (
    <ul>
      {errors.map(({ pointer, message }) => (
        <li key={pointer}>
          <code>
            <ServerText>{pointer}</ServerText>
          </code>{' '}
          <ServerText>{message}</ServerText>
        </li>
      ))}
    </ul>
  );
}
