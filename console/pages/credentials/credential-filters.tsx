import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { failingCountQuery } from './credential-queries.ts';
import styles from './credentials.module.css';
import type { CredentialsSearch } from './credentials-search.ts';

const VIEWS: readonly { readonly label: string; readonly search: CredentialsSearch }[] = [
  { label: 'All', search: {} },
  { label: 'Failing', search: { status: ['suspect', 'parked'] } },
  { label: 'Paused', search: { status: ['paused'] } },
  { label: 'Not used yet', search: { status: ['unverified'] } },
  { label: 'Active', search: { status: ['valid'] } },
];

type Properties = {
  readonly account: string;
  readonly search: CredentialsSearch;
  readonly change: (search: CredentialsSearch) => void;
};

export function CredentialFilters({ account, search, change }: Properties) {
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => setText(search.q ?? ''), [search.q]);
  const failing = useQuery(failingCountQuery(account)).data;
  const keys = useMemo<readonly KeyBinding[]>(
    () => [{ keys: '/', label: 'Search', run: () => box.current?.focus() }],
    [],
  );
  useKeys(keys);
  const shown = JSON.stringify({ status: search.status });
  return (
    <div className={styles.filters}>
      <nav className={styles.views} aria-label="Views">
        {VIEWS.map(({ label, search: view }) => (
          <button
            key={label}
            type="button"
            aria-pressed={JSON.stringify({ status: view.status }) === shown}
            onClick={() => change({ ...search, status: view.status })}
          >
            {label}{' '}
            {label === 'Failing' && failing !== undefined && failing.count > 0 && (
              <span className={styles.count}>
                {failing.isExact ? '' : 'at least '}
                {failing.count}
              </span>
            )}
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
          aria-label="Search credentials"
          placeholder="Search host, label, user, id …"
          maxLength={200}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </form>
      <Chips search={search} change={change} />
    </div>
  );
}

function Chips({ search, change }: Pick<Properties, 'search' | 'change'>) {
  const chips = (['q', 'reason', 'host'] as const).flatMap((name) =>
    [search[name] ?? []].flat().map((value) => ({ name, value })),
  );
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label="Filters">
      {chips.map(({ name, value }) => (
        <li key={`${name} ${value}`} className={styles.chip}>
          {name}: <ServerText>{value}</ServerText>
          <button
            type="button"
            aria-label={`Remove ${name}: ${visibleText(value)}`}
            onClick={() =>
              change({ ...search, [name]: name === 'q' ? undefined : search[name]?.filter((each) => each !== value) })
            }
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
