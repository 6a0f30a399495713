import { useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import buttons from '../../commands/commands.module.css';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import styles from './job.module.css';
import { changesOf, type Draft, draftOf, type Judged } from './job-changes.ts';
import { afterConflict, RefusedCommand } from './refused-command.tsx';

type Properties = {
  readonly job: Schemas['Job'];
  /** The values that were entered before the dialog was closed; null: none. */
  readonly draft: Draft | null;
  readonly keepDraft: (draft: Draft) => void;
  readonly close: () => void;
  readonly done: (job: Schemas['Job']) => void;
  /** Reads the job again, and returns its version. */
  readonly readAgain: () => Promise<number>;
};

/**
 * Changes payload, priority, labels and attempts of the job. The draft starts with the values at the time when the
 * dialog opened.
 */
export function EditDialog({ job, draft: kept, keepDraft, close, done, readAgain }: Properties) {
  const [before] = useState(job);
  const [draft, setDraft] = useState(kept ?? draftOf(job));
  const [version, setVersion] = useState(job.version);
  const [wrong, setWrong] = useState<Judged | null>(null);
  const command = useCommand(async (idempotencyKey) => {
    const judged = changesOf(draft, before);
    const body = judged.kind === 'changes' ? judged.changes : {};
    return afterConflict(
      async () => (await api.jobs.update({ job_id: job.id, ifMatch: version, idempotencyKey, body })).data,
      async () => setVersion(await readAgain()),
    );
  }, done);
  const change = (field: keyof Draft, value: string): void => {
    const next = { ...draft, [field]: value };
    setDraft(next);
    keepDraft(next);
    setWrong(null);
  };
  const problemOf = (field: keyof Draft, pointer: string): string | null =>
    wrong?.kind === 'wrong' && wrong.field === field ? wrong.problem : fieldProblem(command.error, pointer);
  return (
    <FormDialog
      title={`Edit: ${job.action}`}
      verb="Save the changes"
      running="Sending …"
      isRunning={command.isRunning}
      submit={() => {
        const judged = changesOf(draft, before);
        if (judged.kind === 'changes') command.run();
        else setWrong(judged);
      }}
      cancel="Back"
      close={close}
    >
      <Field label="Payload" hint="JSON, as a whole." problem={problemOf('payload', '/payload')}>
        {(attributes) => (
          <textarea
            {...attributes}
            className={styles.code}
            rows={8}
            spellCheck={false}
            value={draft.payload}
            onChange={({ target }) => change('payload', target.value)}
          />
        )}
      </Field>
      <div className={buttons.pair}>
        <Field label="Priority" hint="-10 to 10" problem={problemOf('priority', '/priority')}>
          {(attributes) => (
            <input
              {...attributes}
              inputMode="numeric"
              value={draft.priority}
              onChange={({ target }) => change('priority', target.value)}
            />
          )}
        </Field>
        <Field
          label="Most attempts"
          hint="Empty: as many as the failure allows."
          problem={problemOf('attempts', '/max_attempts')}
        >
          {(attributes) => (
            <input
              {...attributes}
              inputMode="numeric"
              value={draft.attempts}
              onChange={({ target }) => change('attempts', target.value)}
            />
          )}
        </Field>
      </div>
      <Field label="Labels" hint="One a line, at most 10." problem={problemOf('labels', '/labels')}>
        {(attributes) => (
          <textarea
            {...attributes}
            rows={2}
            value={draft.labels}
            onChange={({ target }) => change('labels', target.value)}
          />
        )}
      </Field>
      {wrong?.kind === 'none' && <p role="alert">You have changed nothing yet.</p>}
      <RefusedCommand error={command.error} job={job} />
    </FormDialog>
  );
}
