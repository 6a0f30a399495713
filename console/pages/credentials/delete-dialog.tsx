import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiProblem, type Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog, ReasonField, reasonOf } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { credentialsKey } from './credential-queries.ts';
import styles from './credentials.module.css';
import { readCredentialsSearch } from './credentials-search.ts';
import { isSameName, nameOf } from './health.ts';

type Properties = {
  readonly account: string;
  readonly credential: Schemas['Credential'];
  readonly close: () => void;
};

/**
 * Deletes a credential after its name was typed. If jobs, tasks or endpoints use it, the service counts them, and a
 * second consent is needed.
 */
export function DeleteDialog({ account, credential, close }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/a/$account/credentials/$credential' });
  const fields = useRef<HTMLFormElement>(null);
  const [name] = useState(() => visibleText(nameOf(credential)));
  const [typed, setTyped] = useState('');
  const deletion = useCommand(
    async () => {
      const isForced = new FormData(fields.current ?? undefined).has('force');
      await api.credentials.delete({
        credential_id: credential.id,
        ...reasonOf(fields.current),
        ...(isForced ? { force: true } : {}),
      });
    },
    () => {
      close();
      // Leave its page first, so that it is not read again.
      void navigate({
        to: '/a/$account/credentials',
        params: { account },
        search: readCredentialsSearch({ ...search }),
      }).then(() => queries.resetQueries({ queryKey: credentialsKey(account) }));
    },
  );
  const [uses, setUses] = useState<string | null>(null);
  const counted = usesOf(deletion.error);
  if (counted !== null && counted !== uses) setUses(counted);
  return (
    <FormDialog
      title="Delete this mailbox"
      fields={fields}
      verb="Delete"
      running="Deleting …"
      isRunning={deletion.isRunning}
      isReady={isSameName(typed, name)}
      isDangerous
      submit={deletion.run}
      close={close}
    >
      <p>Its secret and the metadata of its mail are erased. Nothing in the mailbox itself changes.</p>
      <Field label="Type its name to confirm" hint={<ServerText>{name}</ServerText>}>
        {(attributes) => (
          <input {...attributes} value={typed} onChange={({ target }) => setTyped(target.value)} autoComplete="off" />
        )}
      </Field>
      <ReasonField error={deletion.error} />
      {uses === null ? (
        <CommandError error={deletion.error} />
      ) : (
        <div className={styles.outcome} data-tone="warn" role="alert">
          <p className={styles.outcomeTitle}>It is in use: {uses}.</p>
          <label className={styles.check}>
            <input type="checkbox" name="force" required /> Delete it anyway: the jobs are resolved, the schedules
            suspended, the endpoints disabled
          </label>
          {counted === null && <CommandError error={deletion.error} />}
        </div>
      )}
    </FormDialog>
  );
}

const counting = (count: number | undefined, one: string): string | null =>
  count === undefined || count === 0 ? null : `${count.toLocaleString()} ${count === 1 ? one : `${one}s`}`;

/** The jobs, tasks and endpoints that use it, if the deletion was refused because of them; otherwise null. */
function usesOf(error: Error | null): string | null {
  if (!(error instanceof ApiProblem) || error.code !== 'credential_in_use') return null;
  const { open_jobs, scheduled_tasks, webhook_endpoints } = error.problem;
  return [
    counting(open_jobs, 'unfinished job'),
    counting(scheduled_tasks, 'schedule'),
    counting(webhook_endpoints, 'webhook endpoint'),
  ]
    .filter((part) => part !== null)
    .join(', ');
}
