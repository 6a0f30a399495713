import { useEffect, useMemo, useRef, useState } from 'react';
import { type JobsSearch, LIST_FIELD_NAMES, type ListField, toggled } from '../../jobs/jobs-search.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import styles from './jobs.module.css';

type Properties = { readonly search: JobsSearch; readonly change: (search: JobsSearch) => void };

const PERIODS = ['1h', '24h', '7d', '30d'] as const;
/** The named views of the list. */
const PRESETS: readonly { readonly label: string; readonly search: JobsSearch }[] = [
  { label: 'All', search: {} },
  { label: 'Failing', search: { status: ['failed', 'retrying'] } },
  { label: 'Waiting', search: { status: ['queued', 'scheduled'] } },
  { label: 'Running', search: { status: ['running'] } },
  { label: 'Stalled', search: { stalled: 'true' } },
];

export function Filters({ search, change }: Properties) {
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
    <div className={styles.filters}>
      <nav className={styles.presets} aria-label="Views">
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
      </nav>
      <form
        className={styles.search}
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
        <select
          aria-label="Made in"
          value={search.since ?? ''}
          onChange={({ target }) => change({ ...search, since: target.value === '' ? undefined : target.value })}
        >
          <option value="">Any time</option>
          {search.since !== undefined && !PERIODS.some((each) => each === search.since) && (
            <option value={search.since}>since {search.since}</option>
          )}
          {PERIODS.map((each) => (
            <option key={each} value={each}>
              last {each}
            </option>
          ))}
        </select>
      </form>
      <AddFilter fieldRef={field} search={search} change={change} />
      <Chips search={search} change={change} />
    </div>
  );
}

function AddFilter({
  fieldRef,
  search,
  change,
}: Properties & { readonly fieldRef: React.RefObject<HTMLSelectElement | null> }) {
  const [field, setField] = useState<ListField>('code');
  const [value, setValue] = useState('');
  return (
    <form
      className={styles.add}
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
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      <button type="submit">Add filter</button>
    </form>
  );
}

function Chips({ search, change }: Properties) {
  const chips = LIST_FIELD_NAMES.flatMap((name) => (search[name] ?? []).map((value) => ({ name, value })));
  if (chips.length === 0 && search.until === undefined && search.stalled === undefined) return null;
  return (
    <ul className={styles.chips} aria-label="Filters">
      {chips.map(({ name, value }) => (
        <li key={`${name} ${value}`} className={styles.chip}>
          {name}: <ServerText>{value}</ServerText>
          <button
            type="button"
            aria-label={`Remove ${name} ${visibleText(value)}`}
            onClick={() => change(toggled(search, name, value))}
          >
            ×
          </button>
        </li>
      ))}
      {search.stalled !== undefined && (
        <li className={styles.chip}>
          stalled
          <button type="button" aria-label="Remove stalled" onClick={() => change({ ...search, stalled: undefined })}>
            ×
          </button>
        </li>
      )}
      {search.until !== undefined && (
        <li className={styles.chip}>
          before <ServerText>{search.until}</ServerText>
          <button type="button" aria-label="Remove before" onClick={() => change({ ...search, until: undefined })}>
            ×
          </button>
        </li>
      )}
    </ul>
  );
}
