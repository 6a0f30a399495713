import { type ReactNode, useRef } from 'react';
import { fieldProblem } from './answered.ts';
import { CommandError } from './command-error.tsx';
import { FormDialog } from './dialog-form.tsx';
import { Field } from './field.tsx';
import { type Timed, timedOf } from './timed-form.ts';
import { useCommand } from './use-command.ts';

const LENGTHS = [
  { hours: '1', label: '1 hour' },
  { hours: '4', label: '4 hours' },
  { hours: '24', label: '1 day' },
  { hours: '168', label: '1 week' },
  { hours: '720', label: '30 days' },
] as const;

type Properties = {
  readonly title: string;
  /** What the button says. */
  readonly verb: string;
  /** Null: the command ends something, so it has no time of its own. */
  readonly time: { readonly endless: string; readonly hint?: string } | null;
  /** The text that is kept: its label, its hint, and its name in the body of the command. */
  readonly text: { readonly label: string; readonly hint: string; readonly name: string };
  readonly send: (entered: Timed & { readonly idempotencyKey: string }) => Promise<unknown>;
  readonly close: () => void;
  readonly children: ReactNode;
};

/** A command that lasts for some time, or the one that ends it, with a text for those who look at it later. */
export function TimedDialog({ title, verb, time, text, send, close, children }: Properties) {
  const fields = useRef<HTMLFormElement>(null);
  const command = useCommand(
    (idempotencyKey, at) => send({ ...timedOf(new FormData(fields.current ?? undefined), at), idempotencyKey }),
    close,
  );
  return (
    <FormDialog
      title={title}
      fields={fields}
      verb={verb}
      isRunning={command.isRunning}
      submit={command.run}
      close={close}
    >
      <p>{children}</p>
      {time !== null && (
        <Field label="How long" hint={time.hint} problem={fieldProblem(command.error, '/until')}>
          {(attributes) => (
            <select {...attributes} name="hours">
              <option value="">{time.endless}</option>
              {LENGTHS.map(({ hours, label }) => (
                <option key={hours} value={hours}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={text.label} hint={text.hint} problem={fieldProblem(command.error, `/${text.name}`)}>
        {(attributes) => <input {...attributes} name="text" maxLength={500} autoComplete="off" />}
      </Field>
      <CommandError error={command.error} />
    </FormDialog>
  );
}
