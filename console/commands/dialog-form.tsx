/** The form of a dialog, with its buttons. */
import type { ReactNode, RefObject } from 'react';
import { fieldProblem } from './answered.ts';
import form from './commands.module.css';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';

type Properties = {
  readonly fields?: RefObject<HTMLFormElement | null>;
  /** What the button of the command says, and what it says while the command runs. */
  readonly verb: string;
  readonly running?: string;
  readonly isRunning: boolean;
  /** Whether the form may be sent. The service checks what was entered. */
  readonly isReady?: boolean;
  /** The command takes something away. */
  readonly isDangerous?: boolean;
  readonly submit: () => void;
  /** What the button that closes the dialog says. */
  readonly cancel?: string;
  readonly close: () => void;
  /** Called after each change of a field. */
  readonly changed?: () => void;
  /** Further buttons. */
  readonly others?: ReactNode;
  readonly children: ReactNode;
};

/** The fields, then the button of the command and the one that closes the dialog. A running command is not sent again. */
export function DialogForm({
  fields,
  verb,
  running = verb,
  isRunning,
  isReady = true,
  isDangerous = false,
  submit,
  cancel = 'Cancel',
  close,
  changed,
  others,
  children,
}: Properties) {
  return (
    <form
      ref={fields}
      className={form.form}
      autoComplete="off"
      onInput={changed}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isRunning) submit();
      }}
    >
      {children}
      <div className={form.buttons}>
        <button type="submit" className={isDangerous ? form.danger : form.primary} disabled={!isReady || isRunning}>
          {isRunning ? running : verb}
        </button>
        {others}
        <button type="button" onClick={close}>
          {cancel}
        </button>
      </div>
    </form>
  );
}

/** A dialog that is one form. */
export function FormDialog({ title, ...properties }: Properties & { readonly title: string }) {
  return (
    <Dialog title={title} close={properties.close}>
      <DialogForm {...properties} />
    </Dialog>
  );
}

/** Why somebody gives the command; `reason` in the form. `error`: of the command. */
export function ReasonField({
  error,
  isRequired = false,
}: {
  readonly error: Error | null;
  readonly isRequired?: boolean;
}) {
  return (
    <Field label="Reason" hint="It is kept in the audit." problem={fieldProblem(error, '/reason')}>
      {(attributes) => <input {...attributes} name="reason" required={isRequired} maxLength={500} autoComplete="off" />}
    </Field>
  );
}

/** The reason that was entered, as a part of the body or the parameters; empty if there is none. */
export function reasonOf(fields: HTMLFormElement | null): { reason?: string } {
  const reason = String(new FormData(fields ?? undefined).get('reason') ?? '').trim();
  return reason === '' ? {} : { reason };
}
