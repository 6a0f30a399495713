import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiProblem, type Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { ConnectionFields } from './connection-fields.tsx';
import { credentialsKey } from './credential-queries.ts';
import styles from './credentials.module.css';
import { changesLogin, changesOf } from './form-values.ts';
import { SecretFields } from './secret-fields.tsx';

type Properties = {
  readonly account: string;
  readonly credential: Schemas['Credential'];
  readonly close: () => void;
  /** Called after a change of the connection, because only a test shows whether it works. */
  readonly test: () => void;
};

/** Changes the connection or the names. The service says whether it needs the secret again. */
export function EditDialog({ account, credential, close, test }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const [before] = useState(credential);
  const [isSecretAsked, askSecret] = useState(before.host === null);
  const save = useCommand(
    async () => {
      if (fields.current === null) throw new Error('The form is gone.');
      const body = changesOf(new FormData(fields.current), before);
      if (Object.keys(body).length === 0) return { isTested: false };
      try {
        await api.credentials.update({ credential_id: before.id, body });
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'secret_required') askSecret(true);
        throw error;
      }
      return { isTested: changesLogin(body) };
    },
    ({ isTested }) => {
      fields.current?.reset();
      void queries.invalidateQueries({ queryKey: credentialsKey(account) });
      close();
      if (isTested) test();
    },
  );
  const trusted = before.tls_certificates ?? [];
  return (
    <FormDialog
      title="Update connection"
      fields={fields}
      verb="Save"
      running="Saving …"
      isRunning={save.isRunning}
      submit={save.run}
      close={close}
    >
      <ConnectionFields
        defaults={before}
        error={save.error}
        certificates={
          trusted.length > 0 && (
            <label className={styles.check}>
              <input type="checkbox" name="remove_ca" /> Trust public authorities only: forget{' '}
              {trusted.length === 1 ? 'its certificate' : `its ${trusted.length} certificates`}
            </label>
          )
        }
      />
      {isSecretAsked ? (
        <fieldset className={styles.secret}>
          <legend>Secret</legend>
          <p className={styles.quiet}>A stored secret is never sent to another server: enter it again.</p>
          <SecretFields kind={before.auth_kind} error={save.error} usernameNow={before.username_masked} />
        </fieldset>
      ) : null}
      <CommandError error={save.error} />
    </FormDialog>
  );
}
