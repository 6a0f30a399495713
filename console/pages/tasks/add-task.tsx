import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useId, useRef, useState } from 'react';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { mailboxName, mailboxNamesQuery } from '../../service/mailbox-names.tsx';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { draftOfForm, EMPTY_DRAFT, newTaskOf } from './form-values.ts';
import { scheduleWords } from './schedule-words.ts';
import { ACTIONS, actionWords } from './task-actions.ts';
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
  const choices = useId();
  const { data: names } = useQuery(mailboxNamesQuery(account));
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
      <Field label="What to do" problem={problem('/task_type')}>
        {(attributes) => (
          <select {...attributes} name="task_type">
            {ACTIONS.map((action) => (
              <option key={action} value={action}>
                {actionWords(action)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Mailbox"
        hint="Its credential: choose one, or paste its id."
        problem={problem('/target_credential_id')}
      >
        {(attributes) => (
          <>
            <input {...attributes} name="target_credential_id" list={choices} required placeholder="pc_…" />
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
