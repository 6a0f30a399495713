import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { type JobsSearch, LIST_FIELD_NAMES, type ListField, toggled } from '../../jobs/jobs-search.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { ChipList, type ShownChip } from '../../search-parameters/chip-list.tsx';
import filters from '../../search-parameters/filters.module.css';
import { PeriodSelect } from '../../search-parameters/period-select.tsx';
import { failuresQuery } from '../../service/failure-catalogue.ts';
import { mailboxNamesQuery } from '../../service/mailbox-names.tsx';
import { filterValues } from './filter-values.ts';
import { SavedViewButtons, SaveView, useSavedViews } from './save-view.tsx';

type Properties = {
  readonly account: string;
  readonly search: JobsSearch;
  readonly change: (search: JobsSearch) => void;
};

/** The named views of the list. */
const PRESETS: readonly { readonly label: string; readonly search: JobsSearch }[] = [
  { label: 'All', search: {} },
  { label: 'Failing', search: { status: ['failed', 'retrying'] } },
  { label: 'Waiting', search: { status: ['queued', 'scheduled'] } },
  { label: 'Running', search: { status: ['running'] } },
  { label: 'Stalled', search: { stalled: 'true' } },
];

export function Filters({ account, search, change }: Properties) {
  const saved = useSavedViews(account);
  const box = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLSelectElement>(null);
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => setText(search.q ?? ''), [search.q]);
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: '/', label: 'Search', run: () => box.current?.focus() },
      { keys: 'f', label: 'Add a filter', run: () => field.current?.focus() },
    ],
    [],
  );
  useKeys(keys);
  return (
    <div className={filters.filters}>
      <nav className={filters.views} aria-label="Views">
        {PRESETS.map((preset) => (
          <button
            key={preset.label}
            type="button"
            aria-pressed={JSON.stringify(preset.search) === JSON.stringify(search)}
            onClick={() => change(preset.search)}
          >
            {preset.label}
          </button>
        ))}
        <SavedViewButtons views={saved.views} search={search} change={change} />
      </nav>
      <form
        className={filters.search}
        aria-label="Search"
        onSubmit={(event) => {
          event.preventDefault();
          change({ ...search, q: text });
        }}
      >
        <input
          ref={box}
          type="search"
          aria-label="Search jobs"
          placeholder="Search id, error, label …"
          maxLength={200}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <PeriodSelect label="Made in" value={search.since} choose={(since) => change({ ...search, since })} />
      </form>
      {Object.keys(search).length > 0 && <SaveView {...saved} search={search} />}
      <AddFilter account={account} fieldRef={field} search={search} change={change} />
      <Chips search={search} change={change} />
    </div>
  );
}

function AddFilter({
  account,
  fieldRef,
  search,
  change,
}: Properties & { readonly fieldRef: React.RefObject<HTMLSelectElement | null> }) {
  const [field, setField] = useState<ListField>('code');
  const [value, setValue] = useState('');
  const id = useId();
  const [isAsked, ask] = useState(false);
  const failures = useQuery({ ...failuresQuery, enabled: isAsked }).data;
  const mailboxes = useQuery(mailboxNamesQuery(account)).data;
  const values = filterValues(field, {
    failures: [...(failures?.values() ?? [])],
    mailboxes: [...(mailboxes?.values() ?? [])],
  });
  return (
    <form
      className={filters.add}
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = value.trim();
        if (wanted === '' || (search[field] ?? []).some((each) => each === wanted)) return;
        setValue('');
        change(toggled(search, field, wanted));
      }}
    >
      <select
        ref={fieldRef}
        aria-label="Field of the filter"
        value={field}
        onChange={({ target }) => setField(LIST_FIELD_NAMES.find((each) => each === target.value) ?? 'code')}
      >
        {LIST_FIELD_NAMES.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <input
        aria-label="Value of the filter"
        placeholder="value"
        list={id}
        onFocus={() => ask(true)}
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      <datalist id={id}>
        {values.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </datalist>
      <button type="submit">Add filter</button>
    </form>
  );
}

function Chips({ search, change }: Pick<Properties, 'search' | 'change'>) {
  const lists = LIST_FIELD_NAMES.flatMap((label) =>
    (search[label] ?? []).map((value) => ({ label, value, remove: () => change(toggled(search, label, value)) })),
  );
  const { stalled, until } = search;
  const others: readonly ShownChip[] = [
    ...(stalled === undefined
      ? []
      : [{ label: 'stalled', value: null, remove: () => change({ ...search, stalled: undefined }) }]),
    ...(until === undefined
      ? []
      : [{ label: 'before', value: until, isTime: true, remove: () => change({ ...search, until: undefined }) }]),
  ];
  return <ChipList name="Filters" chips={[...lists, ...others]} />;
}
