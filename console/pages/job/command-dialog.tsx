import { useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { COMMANDS, type CommandName, MAX_TEXT, sendCommand } from './job-commands.ts';
import { afterConflict, RefusedCommand } from './refused-command.tsx';

type Properties = {
  readonly name: Exclude<CommandName, 'update'>;
  /**
   * The job as it is now. The command is sent for the version that was shown when the dialog opened, or at the last
   * refusal.
   */
  readonly job: Schemas['Job'];
  readonly draft: string;
  readonly keepDraft: (text: string) => void;
  readonly close: () => void;
  /** The job after the command; null when it was deleted. */
  readonly done: (job: Schemas['Job'] | null) => void;
  /** Reads the job again, and returns its version. */
  readonly readAgain: () => Promise<number>;
};

/** Asks before a command, with its reason or note. */
export function CommandDialog({ name, job, draft, keepDraft, close, done, readAgain }: Properties) {
  const [text, setText] = useState(draft);
  const [version, setVersion] = useState(job.version);
  const words = COMMANDS[name];
  const command = useCommand(
    (idempotencyKey) =>
      afterConflict(
        () => sendCommand(name, { job: job.id, version, idempotencyKey, text }),
        async () => setVersion(await readAgain()),
      ),
    done,
  );
  return (
    <FormDialog
      title={`${words.label}: ${job.action}`}
      verb={`${words.label.replace(' with note', '')} this job`}
      running="Sending …"
      isRunning={command.isRunning}
      isDangerous={name === 'delete' || name === 'cancel'}
      submit={command.run}
      cancel="Back"
      close={close}
    >
      <p>{words.effect}</p>
      <Field
        label={words.text === 'note' ? 'Note' : 'Reason'}
        hint={words.text === 'note' ? 'Shown with the job, and kept in the audit.' : 'Kept in the audit.'}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            rows={3}
            maxLength={MAX_TEXT}
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              keepDraft(target.value);
            }}
          />
        )}
      </Field>
      <RefusedCommand error={command.error} job={job} />
    </FormDialog>
  );
}
