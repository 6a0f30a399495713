import type { Schemas } from '../../../client/index.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import { StateWord } from '../../status/state-word.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './credentials.module.css';
import { healthOf } from './health.ts';

/** Shape, word and colour of its health, and the reason in the words of the catalogue. */
export function CredentialHealth({ credential }: { readonly credential: Schemas['Credential'] }) {
  const health = healthOf(credential, useFailure(credential.status_reason));
  return (
    <span className={styles.health}>
      <StateWord state={health} />
      {health.reason !== null && (
        <span className={styles.reason}>
          <ServerText oneLine>{health.reason}</ServerText>
        </span>
      )}
    </span>
  );
}
