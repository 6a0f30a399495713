import type { Schemas } from '../../../client/index.ts';
import { whoActs } from '../../jobs/who-acts.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './credentials.module.css';

/** The result of a login test: why it failed, who must act and the next step, in the words of the catalogue. */
export function TestOutcome({ test }: { readonly test: Schemas['CredentialTest'] }) {
  if (test.ok)
    return (
      <div className={styles.outcome} data-tone="good" role="status">
        <p className={styles.outcomeTitle}>
          <span aria-hidden="true">✓</span> Signed in
        </p>
        <p>{test.mailboxes === 1 ? '1 folder' : `${test.mailboxes.toLocaleString()} folders`} can be seen.</p>
      </div>
    );
  return (
    <div className={styles.outcome} data-tone="bad" role="alert">
      <p className={styles.outcomeTitle}>
        <span aria-hidden="true">✕</span> <ServerText>{test.title}</ServerText>
      </p>
      {test.detail !== '' && (
        <p className={styles.detail}>
          The server said: <ServerText>{test.detail}</ServerText>
        </p>
      )}
      <p>
        <strong>Who must act:</strong> {whoActs(test.who)}
      </p>
      <p>
        <strong>Next:</strong> <ServerText>{test.next_step}</ServerText>
      </p>
    </div>
  );
}
