import { ApiProblem, ConnectionLost } from '../../client/index.ts';
import { ServerText } from '../text/server-text.tsx';
import styles from './commands.module.css';

/** Why a command was not carried out, in the words of the service, with the problem of each field. */
export function CommandError({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const problem = error instanceof ApiProblem ? error.problem : null;
  return (
    <div className={styles.error} role="alert">
      <p>
        {error instanceof ConnectionLost ? (
          'No reply from the service. It is safe to try again: the command is carried out once.'
        ) : (
          <ServerText>{error.message}</ServerText>
        )}
      </p>
      {problem?.errors !== undefined && (
        <ul>
          {problem.errors.map(({ pointer, message }) => (
            <li key={pointer}>
              <code>
                <ServerText>{pointer}</ServerText>
              </code>{' '}
              <ServerText>{message}</ServerText>
            </li>
          ))}
        </ul>
      )}
      {error instanceof ApiProblem && error.status >= 500 && error.requestId !== null && (
        <p>
          Request <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}
