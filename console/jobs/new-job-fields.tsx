/** Fields of forms that say what makes which jobs. */
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Field } from '../commands/field.tsx';
import { mailboxName } from '../service/mailbox-name.ts';
import { mailboxNamesQuery } from '../service/mailbox-names.tsx';
import { visibleText } from '../text/visible-characters.ts';
import { ACTIONS, actionWords } from './job-actions.ts';

type Properties = {
  /** Of the value in the form. */
  readonly name: string;
  /** What the service says is wrong with it. */
  readonly problem: string | null;
};

export function ActionField({ label, name, problem }: Properties & { readonly label: string }) {
  return (
    <Field label={label} problem={problem}>
      {(attributes) => (
        <select {...attributes} name={name}>
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {actionWords(action)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of the newest mailboxes, or any other by its id. */
export function MailboxField({ account, name, problem }: Properties & { readonly account: string }) {
  const choices = useId();
  const { data: names } = useQuery(mailboxNamesQuery(account));
  return (
    <Field label="Mailbox" hint="Its credential: choose one, or paste its id." problem={problem}>
      {(attributes) => (
        <>
          <input {...attributes} name={name} list={choices} required placeholder="pc_…" autoComplete="off" />
          <datalist id={choices}>
            {[...(names?.values() ?? [])].map((credential) => (
              <option key={credential.id} value={credential.id}>
                {visibleText(mailboxName(credential))}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
