import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { DialogForm } from '../../commands/dialog-form.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { credentialsKey } from './credential-queries.ts';
import styles from './credentials.module.css';
import { secretOf } from './form-values.ts';
import { nameOf, waitingSentence } from './health.ts';
import { SecretFields } from './secret-fields.tsx';
import { TestOutcome } from './test-outcome.tsx';

type Properties = {
  readonly account: string;
  readonly credential: Schemas['Credential'];
  readonly close: () => void;
};

/** Replaces the secret, and tests the new one at once. Waiting jobs start only after a test that succeeds. */
export function RotateDialog({ account, credential, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const { id, auth_kind: kind } = credential;
  const [waitedBefore] = useState(credential.waiting_jobs);
  const renew = (): void => void queries.invalidateQueries({ queryKey: credentialsKey(account) });
  const test = useCommand(
    async (idempotencyKey) => (await api.credentials.test({ credential_id: id, idempotencyKey })).data,
    renew,
  );
  const rotation = useCommand(
    async (idempotencyKey) => {
      if (fields.current === null) throw new Error('The form is gone.');
      const secret = secretOf(new FormData(fields.current), kind);
      return (await api.credentials.rotate({ credential_id: id, body: { secret }, idempotencyKey })).data;
    },
    () => {
      fields.current?.reset();
      renew();
      test.run();
    },
  );
  const isStored = rotation.result !== null;
  const isGood = test.result?.ok === true;
  return (
    <Dialog title="Rotate & test" close={close}>
      <div className={form.form}>
        <p>
          <ServerText>{nameOf(credential)}</ServerText>
          {!isGood && `: ${waitingSentence(waitedBefore)}`}
          {!isGood && waitedBefore > 0 && ' They start after a test that succeeds.'}
        </p>
        {isStored && (
          <p role="status" className={styles.step}>
            <span aria-hidden="true">✓</span> The new secret is stored, and the old one is destroyed.
            {test.isRunning && ' Signing in with it, for at most 20 seconds …'}
          </p>
        )}
        {test.result !== null && <TestOutcome test={test.result} />}
        {isGood && waitedBefore > 0 && (
          <p>
            {waitedBefore === 1
              ? '1 waiting job can start now.'
              : `${waitedBefore.toLocaleString()} waiting jobs can start now.`}{' '}
            <Link to="/a/$account/jobs" params={{ account }} search={{ credential: [id] }}>
              See its jobs
            </Link>
          </p>
        )}
        <CommandError error={rotation.error ?? test.error} />
        {!isGood && (
          <DialogForm
            fields={fields}
            verb="Rotate & test"
            running={rotation.isRunning ? 'Storing …' : 'Testing …'}
            isRunning={rotation.isRunning || test.isRunning}
            submit={() => {
              test.forget();
              rotation.run();
            }}
            others={
              isStored &&
              test.result === null &&
              !test.isRunning && (
                <button type="button" onClick={test.run}>
                  Test again
                </button>
              )
            }
            cancel={isStored ? 'Close' : 'Cancel'}
            close={close}
          >
            <SecretFields kind={kind} error={rotation.error} usernameNow={credential.username_masked} />
          </DialogForm>
        )}
        {isGood && (
          <div className={form.buttons}>
            <button type="button" className={form.primary} onClick={close}>
              Close
            </button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
