import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { hoursFrom } from '../../dates/age.ts';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { credentialsKey } from './credential-queries.ts';
import { nameOf, waitingSentence } from './health.ts';

type Properties = {
  readonly account: string;
  readonly credential: Schemas['Credential'];
  readonly close: () => void;
};

const LENGTHS = [
  { hours: '', label: 'Until somebody resumes it' },
  { hours: '1', label: '1 hour' },
  { hours: '4', label: '4 hours' },
  { hours: '24', label: '1 day' },
  { hours: '168', label: '1 week' },
] as const;

/** Pauses an active credential, or resumes a paused one, with a reason for the audit. */
export function PauseDialog({ account, credential, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const { id, status } = credential;
  // The status changes before the dialog is closed, so the first one is kept.
  const [isPaused] = useState(status === 'paused');
  const command = useCommand(async (idempotencyKey) => {
    const values = new FormData(fields.current ?? undefined);
    const reason = String(values.get('reason') ?? '').trim();
    const until = hoursFrom(String(values.get('hours') ?? ''), Date.now());
    const why = reason === '' ? {} : { reason };
    if (isPaused) await api.credentials.resume({ credential_id: id, body: why, idempotencyKey });
    else {
      const body = { ...why, ...(until === undefined ? {} : { until }) };
      await api.credentials.pause({ credential_id: id, body, idempotencyKey });
    }
    await queries.invalidateQueries({ queryKey: credentialsKey(account) });
  }, close);
  const verb = isPaused ? 'Resume' : 'Pause';
  return (
    <Dialog title={`${verb} this mailbox`} close={close}>
      <form
        ref={fields}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          command.run();
        }}
      >
        <p>
          <ServerText>{nameOf(credential)}</ServerText>:{' '}
          {isPaused
            ? `${waitingSentence(credential.waiting_jobs)} They start gradually.`
            : 'its jobs wait, and running jobs continue.'}
        </p>
        {!isPaused && (
          <Field label="How long" problem={fieldProblem(command.error, '/until')}>
            {(attributes) => (
              <select {...attributes} name="hours">
                {LENGTHS.map(({ hours, label }) => (
                  <option key={hours} value={hours}>
                    {label}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label="Reason" hint="It is kept in the audit." problem={fieldProblem(command.error, '/reason')}>
          {(attributes) => <input {...attributes} name="reason" maxLength={500} autoComplete="off" />}
        </Field>
        <CommandError error={command.error} />
        <div className={form.buttons}>
          <button type="submit" className={form.primary} disabled={command.isRunning}>
            {verb}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
