import { useState } from 'react';
import { fieldProblem } from '../../commands/answered.ts';
import form from '../../commands/commands.module.css';
import { Field } from '../../commands/field.tsx';
import type { TaskDraft } from './form-values.ts';

type Properties = { readonly initial: TaskDraft; readonly error: Error | null };

const KINDS = [
  { value: 'none', label: 'only when it is run by hand' },
  { value: 'every', label: 'at an interval' },
  { value: 'cron', label: 'at times (cron)' },
] as const;

function kindOf(schedule: TaskDraft['schedule']): string {
  if (schedule === null) return 'none';
  return 'every' in schedule ? 'every' : 'cron';
}

/** The fields of a task that can be set when it is made, and changed later. */
export function TaskFields({ initial: { payload, priority, labels, schedule }, error }: Properties) {
  const [kind, setKind] = useState(() => kindOf(schedule));
  const [zone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const cron = schedule !== null && 'cron' in schedule ? schedule : { cron: '', time_zone: zone };
  return (
    <>
      <Field label="It makes jobs" problem={kind === 'none' ? fieldProblem(error, '/schedule') : null}>
        {(attributes) => (
          <select {...attributes} name="kind" value={kind} onChange={({ target }) => setKind(target.value)}>
            {KINDS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kind === 'every' && (
        <Field label="Every" hint="Such as 5m, 6h or 1d." problem={fieldProblem(error, '/schedule')}>
          {(attributes) => (
            <input
              {...attributes}
              name="every"
              autoComplete="off"
              defaultValue={schedule !== null && 'every' in schedule ? schedule.every : ''}
            />
          )}
        </Field>
      )}
      {kind === 'cron' && (
        <div className={form.pair}>
          <Field
            label="Cron"
            hint="Minute, hour, day of the month, month, day of the week."
            problem={fieldProblem(error, '/schedule')}
          >
            {(attributes) => (
              <input
                {...attributes}
                name="cron"
                autoComplete="off"
                spellCheck={false}
                placeholder="0 9 * * 1-5"
                defaultValue={cron.cron}
              />
            )}
          </Field>
          <Field label="Time zone" hint="Such as Europe/Berlin.">
            {(attributes) => (
              <input {...attributes} name="time_zone" autoComplete="off" defaultValue={cron.time_zone} />
            )}
          </Field>
        </div>
      )}
      <Field label="Payload" hint="As JSON; empty for none." problem={fieldProblem(error, '/payload')}>
        {(attributes) => (
          <textarea
            {...attributes}
            name="payload"
            rows={4}
            spellCheck={false}
            placeholder='{"folder": "INBOX"}'
            defaultValue={Object.keys(payload).length === 0 ? '' : JSON.stringify(payload, null, 2)}
          />
        )}
      </Field>
      <div className={form.pair}>
        <Field
          label="Priority"
          hint="From -10 to 10. Above 0: a faster queue."
          problem={fieldProblem(error, '/priority')}
        >
          {(attributes) => (
            <input {...attributes} name="priority" inputMode="numeric" autoComplete="off" defaultValue={priority} />
          )}
        </Field>
        <Field label="Labels" hint="One in each line." problem={fieldProblem(error, '/labels')}>
          {(attributes) => (
            <textarea {...attributes} name="labels" rows={2} spellCheck={false} defaultValue={labels.join('\n')} />
          )}
        </Field>
      </div>
    </>
  );
}
