import { ApiProblem, ConnectionLost } from '../../client/index.ts';
import { FieldProblems } from '../states/field-problems.tsx';
import { ServerText } from '../text/server-text.tsx';
import { isDoneAlready } from './attempt.ts';
import styles from './commands.module.css';

/** Why a command was not carried out, in the words of the service, with the problem of each field. */
export function CommandError({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <div className={styles.error} role="alert">
      <p>
        <CommandWords error={error} />
      </p>
      <FieldProblems error={error} />
      {error instanceof ApiProblem && error.status >= 500 && error.requestId !== null && (
        <p>
          Request <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}

function CommandWords({ error }: { readonly error: Error }) {
  if (error instanceof ConnectionLost)
    return 'No reply from the service. It is safe to try again: the command is carried out once.';
  if (isDoneAlready(error))
    return 'The service had carried it out already, with what was entered before. The page has been read again: look at it, and close this.';
  return <ServerText>{error.message}</ServerText>;
}
