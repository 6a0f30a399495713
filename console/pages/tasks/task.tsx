import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import form from '../../commands/commands.module.css';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/job-actions.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { stringifyFlat } from '../../search-parameters/flat.ts';
import { MailboxName } from '../../service/mailbox-names.tsx';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { None } from '../../table/none.tsx';
import { JsonBlock } from '../../text/json-block.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { CommandDialog, type TaskCommand } from './command-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { LastJobs } from './last-jobs.tsx';
import { Runs, WhyOff } from './runs.tsx';
import { taskQuery } from './task-queries.ts';
import { TaskStatus } from './task-status.tsx';
import styles from './tasks.module.css';

type Properties = { readonly account: string; readonly task: Schemas['Task'] };

/** One task: its next runs or why it has none, its jobs, and its definition. */
export function Task() {
  const { account, task: id } = useParams({ from: '/a/$account/tasks/$task' });
  const search = useSearch({ from: '/a/$account/tasks/$task' });
  const navigate = useNavigate();
  const { data: task, error, refetch } = useQuery(taskQuery(account, id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the list',
        run: () => void navigate({ to: '/a/$account/tasks', params: { account }, search }),
      },
    ],
    [account, navigate, search],
  );
  useKeys(keys);
  const back = (
    <Link to="/a/$account/tasks" params={{ account }} search={search}>
      All tasks
    </Link>
  );
  if (task === undefined)
    return (
      <Page title="Task" aside={back}>
        {error === null ? (
          <Loading what="the task" />
        ) : (
          <Refusal
            error={error}
            what="This task"
            auditHref={`/a/${account}/audit${stringifyFlat({ subject_id: id })}`}
            again={() => void refetch()}
          />
        )}
      </Page>
    );
  return (
    <Page title={actionWords(task.task_type)} aside={back}>
      <p className={styles.head}>
        <TaskStatus status={task.status} /> <code>{task.id}</code>
      </p>
      <WhyOff task={task} />
      <Commands account={account} task={task} />
      <div className={styles.columns}>
        <Runs task={task} />
        <LastJobs account={account} task={task} />
      </div>
      <Facts account={account} task={task} />
      <section className={styles.section} aria-labelledby="payload-title">
        <h2 id="payload-title">Payload</h2>
        <JsonBlock label="Payload as JSON" value={task.payload} />
      </section>
    </Page>
  );
}

/**
 * Members may run and edit it. Its schedule and its deletion need the role owner. Other commands are not in the
 * document.
 */
function Commands({ account, task }: Properties) {
  const isMember = useHasRole('member');
  const isOwner = useHasRole('owner');
  const [dialog, open] = useState<TaskCommand | 'edit' | null>(null);
  const keys = useMemo<readonly KeyBinding[]>(
    () => (isMember ? [{ keys: 't', label: 'Run the task now', run: () => open('trigger') }] : []),
    [isMember],
  );
  useKeys(keys);
  if (!isMember) return null;
  const close = (): void => open(null);
  const isOff = task.paused !== null || task.suspended !== null;
  return (
    <>
      <div className={styles.commands}>
        <button type="button" className={form.primary} onClick={() => open('trigger')}>
          Run now
        </button>
        <button type="button" onClick={() => open('edit')}>
          Edit
        </button>
        {isOwner && task.schedule !== null && !isOff && (
          <button type="button" onClick={() => open('pause')}>
            Pause
          </button>
        )}
        {isOwner && isOff && (
          <button type="button" onClick={() => open('resume')}>
            Resume
          </button>
        )}
        {isOwner && (
          <button type="button" className={form.danger} onClick={() => open('delete')}>
            Delete
          </button>
        )}
      </div>
      {dialog === 'edit' && <EditDialog account={account} task={task} close={close} />}
      {dialog !== null && dialog !== 'edit' && (
        <CommandDialog account={account} task={task} command={dialog} close={close} />
      )}
    </>
  );
}

function Facts({ account, task }: Properties) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Mailbox',
      <Link
        key="mailbox"
        to="/a/$account/credentials/$credential"
        params={{ account, credential: task.target_credential_id }}
      >
        <MailboxName account={account} credential={task.target_credential_id} />
      </Link>,
    ],
    ['Priority', task.priority],
    [
      'Labels',
      task.labels.length === 0 ? <None key="labels" /> : <ServerText key="labels">{task.labels.join(', ')}</ServerText>,
    ],
    ['Added', <Age key="added" at={task.created_at} />],
    ['Changed', <Age key="changed" at={task.updated_at} />],
    [
      'Who did what',
      <Link key="audit" to="/a/$account/audit" params={{ account }} search={{ subject_id: [task.id] }}>
        Its audit
      </Link>,
    ],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
