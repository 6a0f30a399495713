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
import { failureGroupsKey } from './failure-queries.ts';

type Properties = {
  readonly account: string;
  readonly group: Schemas['FailureGroup'];
  readonly close: () => void;
};

const LENGTHS = [
  { hours: '', label: 'Until somebody unmutes it' },
  { hours: '1', label: '1 hour' },
  { hours: '4', label: '4 hours' },
  { hours: '24', label: '1 day' },
  { hours: '168', label: '1 week' },
  { hours: '720', label: '30 days' },
] as const;

/** Mutes the failure, or unmutes a muted one, with a note for people who look at it later. */
export function MuteDialog({ account, group, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  // The state changes before the dialog is closed, so the first one is kept.
  const [isMuted] = useState(group.muted);
  const command = useCommand(async (idempotencyKey) => {
    const values = new FormData(fields.current ?? undefined);
    const typed = String(values.get('note') ?? '').trim();
    const note = typed === '' ? {} : { note: typed };
    const input = { failure_group_id: group.id, idempotencyKey };
    if (isMuted) await api.failureGroups.unmute({ ...input, body: note });
    else {
      const until = hoursFrom(String(values.get('hours') ?? ''), Date.now());
      await api.failureGroups.mute({ ...input, body: { ...note, ...(until === undefined ? {} : { until }) } });
    }
    await queries.invalidateQueries({ queryKey: failureGroupsKey(account) });
  }, close);
  const verb = isMuted ? 'Unmute' : 'Mute';
  return (
    <Dialog title={`${verb} this failure`} close={close}>
      <form
        ref={fields}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          command.run();
        }}
      >
        <p>
          {isMuted
            ? 'It asks for attention again.'
            : 'It does not ask for attention. Its jobs, their retries and all counts continue as before.'}
        </p>
        {!isMuted && (
          <Field
            label="How long"
            hint="When the time is over, it asks for attention once a job fails again."
            problem={fieldProblem(command.error, '/until')}
          >
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
        <Field
          label="Note"
          hint="It is shown with the failure, and kept in the audit."
          problem={fieldProblem(command.error, '/note')}
        >
          {(attributes) => <input {...attributes} name="note" maxLength={500} autoComplete="off" />}
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
