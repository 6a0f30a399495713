import { useEffect, useMemo, useRef, useState } from 'react';
import { ACTIONS, actionWords } from '../../jobs/job-actions.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Chips } from '../../search-parameters/chips.tsx';
import { FilterSelect } from '../../search-parameters/filter-select.tsx';
import filters from '../../search-parameters/filters.module.css';
import { readTasksSearch, TASK_STATUSES, type TasksSearch } from './tasks-search.ts';

const SCHEDULED = [
  { value: 'true', label: 'With a schedule' },
  { value: 'false', label: 'Without a schedule' },
];

type Properties = { readonly search: TasksSearch; readonly change: (search: TasksSearch) => void };

export function TaskFilters({ search, change }: Properties) {
  const box = useRef<HTMLInputElement>(null);
  const status = useRef<HTMLSelectElement>(null);
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => setText(search.q ?? ''), [search.q]);
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: '/', label: 'Search', run: () => box.current?.focus() },
      { keys: 'f', label: 'Filter by status', run: () => status.current?.focus() },
    ],
    [],
  );
  useKeys(keys);
  const add = (name: 'status' | 'task_type', wanted: string): void => {
    const held = search[name] ?? [];
    if (wanted !== '' && !held.includes(wanted)) change({ ...search, [name]: [...held, wanted] });
  };
  return (
    <>
      <div className={filters.filters}>
        <form
          aria-label="Search"
          className={filters.search}
          onSubmit={(event) => {
            event.preventDefault();
            change({ ...search, q: text });
          }}
        >
          <input
            ref={box}
            type="search"
            aria-label="Search tasks"
            placeholder="Search id, mailbox id, label …"
            maxLength={200}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </form>
        <select ref={status} aria-label="Status" value="" onChange={({ target }) => add('status', target.value)}>
          <option value="">Any status …</option>
          {TASK_STATUSES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <select aria-label="What it does" value="" onChange={({ target }) => add('task_type', target.value)}>
          <option value="">Any action …</option>
          {ACTIONS.map((each) => (
            <option key={each} value={each}>
              {actionWords(each)}
            </option>
          ))}
        </select>
        <FilterSelect
          label="Schedule"
          value={search.scheduled}
          none="Any schedule …"
          options={SCHEDULED}
          choose={(scheduled) => change({ ...search, scheduled })}
        />
      </div>
      <Chips search={search} change={(next) => change(readTasksSearch({ ...next }))} />
    </>
  );
}
