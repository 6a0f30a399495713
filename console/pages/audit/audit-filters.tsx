import { useMemo, useRef, useState } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Chips } from '../../search-parameters/chips.tsx';
import filters from '../../search-parameters/filters.module.css';
import { PeriodSelect } from '../../search-parameters/period-select.tsx';
import {
  ACTOR_KINDS,
  type AuditSearch,
  actionsOf,
  readAuditSearch,
  STATUSES,
  SUBJECTS,
  words,
} from './audit-search.ts';

type Properties = { readonly search: AuditSearch; readonly change: (search: AuditSearch) => void };
type ListField = 'subject' | 'action' | 'status' | 'actor_kind' | 'subject_id' | 'actor_id' | 'request_id';

const TEXT_FIELDS = [
  { name: 'actor_id', label: 'by (person, or part of the system)' },
  { name: 'subject_id', label: 'to (id)' },
  { name: 'request_id', label: 'request id' },
] as const;

export function AuditFilters({ search, change }: Properties) {
  const field = useRef<HTMLSelectElement>(null);
  const value = useRef<HTMLInputElement>(null);
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: '/', label: 'Filter by a person or an id', run: () => value.current?.focus() },
      { keys: 'f', label: 'Filter by what was done', run: () => field.current?.focus() },
    ],
    [],
  );
  useKeys(keys);
  const add = (name: ListField, wanted: string): void => {
    const held = search[name] ?? [];
    if (wanted !== '' && !held.includes(wanted)) change({ ...search, [name]: [...held, wanted] });
  };
  return (
    <>
      <div className={filters.filters}>
        <select ref={field} aria-label="What was done" value="" onChange={({ target }) => add('action', target.value)}>
          <option value="">Any action …</option>
          {SUBJECTS.map((subject) => (
            <optgroup key={subject} label={words(subject)}>
              {actionsOf(subject).map((action) => (
                <option key={action} value={action}>
                  {words(action)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <Choice label="To what" none="Anything …" values={SUBJECTS} choose={(wanted) => add('subject', wanted)} />
        <Choice
          label="Kind of actor"
          none="Anybody …"
          values={ACTOR_KINDS}
          choose={(kind) => add('actor_kind', kind)}
        />
        <Choice label="Outcome" none="Any outcome …" values={STATUSES} choose={(status) => add('status', status)} />
        <PeriodSelect label="Done in" value={search.since} choose={(since) => change({ ...search, since })} />
        <AddText valueRef={value} add={add} />
      </div>
      <Chips search={search} change={(next) => change(readAuditSearch({ ...next }))} />
    </>
  );
}

/** Adds one value. The chips show the chosen values. */
function Choice({
  label,
  none,
  values,
  choose,
}: {
  readonly label: string;
  readonly none: string;
  readonly values: readonly string[];
  readonly choose: (value: string) => void;
}) {
  return (
    <select aria-label={label} value="" onChange={({ target }) => choose(target.value)}>
      <option value="">{none}</option>
      {values.map((each) => (
        <option key={each} value={each}>
          {words(each)}
        </option>
      ))}
    </select>
  );
}

function AddText({
  valueRef,
  add,
}: {
  readonly valueRef: React.RefObject<HTMLInputElement | null>;
  readonly add: (name: ListField, value: string) => void;
}) {
  const [name, setName] = useState<(typeof TEXT_FIELDS)[number]['name']>('actor_id');
  const [value, setValue] = useState('');
  return (
    <form
      className={filters.add}
      onSubmit={(event) => {
        event.preventDefault();
        add(name, value.trim());
        setValue('');
      }}
    >
      <select
        aria-label="Field of the filter"
        value={name}
        onChange={({ target }) => setName(TEXT_FIELDS.find((each) => each.name === target.value)?.name ?? 'actor_id')}
      >
        {TEXT_FIELDS.map((each) => (
          <option key={each.name} value={each.name}>
            {each.label}
          </option>
        ))}
      </select>
      <input
        ref={valueRef}
        aria-label="Value of the filter"
        placeholder="value"
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      <button type="submit">Add filter</button>
    </form>
  );
}
