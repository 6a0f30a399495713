import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import form from '../../commands/commands.module.css';
import { isFiltered } from '../../search-parameters/flat.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import { taskColumns } from './task-columns.tsx';
import { TaskFilters } from './task-filters.tsx';
import { taskList } from './task-queries.ts';
import styles from './tasks.module.css';
import { readTasksSearch, type TasksSearch } from './tasks-search.ts';

/** The tasks of the account, with their mailboxes and schedules. */
export function Tasks() {
  const { account } = useParams({ from: '/a/$account/tasks' });
  const search = useSearch({ from: '/a/$account/tasks' });
  const navigate = useNavigate();
  const mayAdd = useHasRole('member');
  const change = (next: TasksSearch): void =>
    void navigate({ to: '/a/$account/tasks', params: { account }, search: readTasksSearch({ ...next }) });
  const open = useCallback(
    ({ id }: Schemas['Task']): void =>
      void navigate({ to: '/a/$account/tasks/$task', params: { account, task: id }, search }),
    [account, navigate, search],
  );
  const columns = useMemo(() => taskColumns(account, search), [account, search]);
  const list = taskList(account, search);
  return (
    <Page
      title="Tasks"
      aside={
        mayAdd && (
          <Link to="/a/$account/tasks/add" params={{ account }} className={form.primaryLink}>
            Add a task
          </Link>
        )
      }
    >
      <TaskFilters search={search} change={change} />
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Tasks"
          what="tasks"
          columns={columns}
          openLabel="Open the task"
          open={open}
          empty={<Nothing account={account} search={search} change={change} mayAdd={mayAdd} />}
        />
      </div>
    </Page>
  );
}

function Nothing({
  account,
  search,
  change,
  mayAdd,
}: {
  readonly account: string;
  readonly search: TasksSearch;
  readonly change: (search: TasksSearch) => void;
  readonly mayAdd: boolean;
}) {
  if (isFiltered(search))
    return (
      <Empty title="No task fits these filters">
        <button type="button" onClick={() => change({})}>
          Remove all filters
        </button>
      </Empty>
    );
  return (
    <Empty title="There are no tasks yet">
      <p>A task says what to do with which mailbox. It makes jobs by its schedule, or when it is run by hand.</p>
      {mayAdd ? (
        <Link to="/a/$account/tasks/add" params={{ account }}>
          Add a task
        </Link>
      ) : (
        <p>A member or an owner of the account can add one.</p>
      )}
    </Empty>
  );
}
