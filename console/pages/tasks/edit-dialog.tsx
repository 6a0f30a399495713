import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiProblem, type Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { type Change, changesOf, draftOfForm, draftOfTask, updateBodyOf } from './form-values.ts';
import { TaskFields } from './task-fields.tsx';
import { taskQuery, tasksKey } from './task-queries.ts';
import styles from './tasks.module.css';

type Properties = { readonly account: string; readonly task: Schemas['Task']; readonly close: () => void };
type Preview = { readonly changes: readonly Change[]; readonly wrong: string | null };

/**
 * Changes a task, and shows the differences first. The version that was shown is sent too, so that no change of another
 * person is overwritten unseen. After a conflict the preview compares with the newest state of the task.
 */
export function EditDialog({ account, task, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const [initial] = useState(() => draftOfTask(task));
  const [opened] = useState(task.version);
  const [base, setBase] = useState(task);
  const [{ changes, wrong }, setPreview] = useState<Preview>({ changes: [], wrong: null });
  const look = (against: Schemas['Task']): void => {
    if (fields.current === null) return;
    try {
      const draft = draftOfForm(new FormData(fields.current));
      setPreview({ changes: changesOf(draftOfTask(against), draft), wrong: null });
    } catch (thrown) {
      setPreview({ changes: [], wrong: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  };
  const update = useCommand(async () => {
    if (fields.current === null) throw new Error('The form is gone.');
    const body = updateBodyOf(draftOfTask(base), draftOfForm(new FormData(fields.current)));
    try {
      await api.tasks.update({ task_id: task.id, body, ifMatch: base.version });
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.code === 'version_conflict') {
        const now = await queries.fetchQuery(taskQuery(account, task.id));
        setBase(now);
        look(now);
      }
      throw thrown;
    }
    await queries.invalidateQueries({ queryKey: tasksKey(account) });
  }, close);
  return (
    <FormDialog
      title="Edit this task"
      fields={fields}
      verb="Save"
      running="Saving …"
      isRunning={update.isRunning}
      isReady={changes.length > 0 && wrong === null}
      submit={update.run}
      close={close}
      changed={() => look(base)}
    >
      <TaskFields initial={initial} error={update.error} />
      <ChangePreview changes={changes} wrong={wrong} />
      {base.version !== opened && (
        <p role="status" className={styles.notice}>
          Somebody has changed it since you opened this. The preview compares your values with the task as it is now.
        </p>
      )}
      <CommandError error={update.error} />
    </FormDialog>
  );
}

function ChangePreview({ changes, wrong }: Preview) {
  return (
    <section className={styles.preview} aria-label="What will change" aria-live="polite">
      <h3>What will change</h3>
      {wrong !== null && <p className={styles.bad}>{wrong}</p>}
      {wrong === null && changes.length === 0 && <p className={styles.quiet}>Nothing yet.</p>}
      {changes.map(({ name, before, after }) => (
        <p key={name}>
          {name}:{' '}
          <del>
            <ServerText>{before}</ServerText>
          </del>{' '}
          →{' '}
          <ins>
            <ServerText>{after}</ServerText>
          </ins>
        </p>
      ))}
      <p className={styles.quiet}>
        The service checks it when it is saved, and works out the next runs. Existing jobs stay as they are.
      </p>
    </section>
  );
}
