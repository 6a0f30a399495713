import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { useCommand } from '../../commands/use-command.ts';
import { ActionField, MailboxField } from '../../jobs/new-job-fields.tsx';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { draftOfForm, EMPTY_DRAFT, newTaskOf } from './form-values.ts';
import { scheduleWords } from './schedule-words.ts';
import { TaskFields } from './task-fields.tsx';
import { tasksKey } from './task-queries.ts';
import styles from './tasks.module.css';

export function AddTask() {
  const { account } = useParams({ from: '/a/$account/tasks/add' });
  const mayAdd = useHasRole('member');
  return (
    <Page
      title="Add a task"
      aside={
        <Link to="/a/$account/tasks" params={{ account }}>
          All tasks
        </Link>
      }
    >
      {mayAdd ? <NewTask account={account} /> : <Empty title="To add a task, the role member is needed" />}
    </Page>
  );
}

function NewTask({ account }: { readonly account: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const fields = useRef<HTMLFormElement>(null);
  const [preview, setPreview] = useState(scheduleWords(null));
  const look = (): void => {
    if (fields.current === null) return;
    try {
      setPreview(scheduleWords(draftOfForm(new FormData(fields.current)).schedule));
    } catch (thrown) {
      setPreview(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const creation = useCommand(
    async (idempotencyKey) => {
      if (fields.current === null) throw new Error('The form is gone.');
      const body = newTaskOf(new FormData(fields.current));
      return (await api.tasks.create({ account_id: account, body, idempotencyKey })).data;
    },
    ({ id }) => {
      void queries.invalidateQueries({ queryKey: tasksKey(account) });
      void navigate({ to: '/a/$account/tasks/$task', params: { account, task: id } });
    },
  );
  const problem = (pointer: string): string | null => fieldProblem(creation.error, pointer);
  return (
    <form
      ref={fields}
      className={styles.form}
      autoComplete="off"
      onInput={look}
      onSubmit={(event) => {
        event.preventDefault();
        creation.run();
      }}
    >
      <ActionField label="What to do" name="task_type" problem={problem('/task_type')} />
      <MailboxField account={account} name="target_credential_id" problem={problem('/target_credential_id')} />
      <TaskFields initial={EMPTY_DRAFT} error={creation.error} />
      <p className={styles.preview} aria-live="polite">
        It makes jobs: <strong>{preview}</strong>
        <span className={styles.quiet}>The service checks it when it is added, and then shows the next five runs.</span>
      </p>
      <CommandError error={creation.error} />
      <div className={form.buttons}>
        <button type="submit" className={form.primary} disabled={creation.isRunning}>
          {creation.isRunning ? 'Adding …' : 'Add'}
        </button>
      </div>
    </form>
  );
}
