import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { DialogForm, ReasonField, reasonOf } from '../../commands/dialog-form.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { tasksKey } from './task-queries.ts';
import styles from './tasks.module.css';

export type TaskCommand = 'trigger' | 'pause' | 'resume' | 'delete';

type Properties = {
  readonly account: string;
  readonly task: Schemas['Task'];
  readonly command: TaskCommand;
  readonly close: () => void;
};

const WORDS: Readonly<Record<TaskCommand, { readonly title: string; readonly verb: string; readonly what: string }>> = {
  trigger: { title: 'Run this task now', verb: 'Run now', what: 'It makes a job, besides those of its schedule.' },
  pause: {
    title: 'Pause this task',
    verb: 'Pause',
    what: 'Its schedule makes no jobs until it is resumed. It can still be run by hand, and existing jobs continue.',
  },
  resume: { title: 'Resume this task', verb: 'Resume', what: 'Its schedule makes jobs again.' },
  delete: {
    title: 'Delete this task',
    verb: 'Delete',
    what: 'The task and its schedule are deleted for good. Its jobs continue, and stay in the list of jobs.',
  },
};

/** A command on a task, with a reason for the audit. */
export function CommandDialog({ account, task, command, close }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/a/$account/tasks/$task' });
  const fields = useRef<HTMLFormElement>(null);
  const { title, verb, what } = WORDS[command];
  const order = useCommand(
    async (idempotencyKey): Promise<string | null> => {
      const reason = reasonOf(fields.current);
      const input = { task_id: task.id, body: reason, idempotencyKey };
      if (command === 'trigger') return (await api.tasks.trigger(input)).data.id;
      if (command === 'pause') await api.tasks.pause(input);
      else if (command === 'resume') await api.tasks.resume(input);
      else await api.tasks.delete({ task_id: task.id, ...reason });
      return null;
    },
    (job) => {
      if (command === 'delete') {
        close();
        // Leave its page first, so that it is not read again.
        void navigate({ to: '/a/$account/tasks', params: { account }, search }).then(() =>
          queries.resetQueries({ queryKey: tasksKey(account) }),
        );
        return;
      }
      void queries.invalidateQueries({ queryKey: tasksKey(account) });
      if (job === null) close();
    },
  );
  return (
    <Dialog title={title} close={close}>
      {order.result !== null ? (
        <div className={form.form}>
          <p className={styles.outcome} role="status">
            ✓ It has made a job.{' '}
            <Link to="/a/$account/jobs/$job" params={{ account, job: order.result }}>
              Open the job
            </Link>
          </p>
          <div className={form.buttons}>
            <button type="button" onClick={close}>
              Close
            </button>
          </div>
        </div>
      ) : (
        <DialogForm
          fields={fields}
          verb={verb}
          isRunning={order.isRunning}
          isDangerous={command === 'delete'}
          submit={order.run}
          close={close}
        >
          <p>{what}</p>
          <ReasonField error={order.error} />
          <CommandError error={order.error} />
        </DialogForm>
      )}
    </Dialog>
  );
}
