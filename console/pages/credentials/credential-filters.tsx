import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Chips } from '../../search-parameters/chips.tsx';
import filters from '../../search-parameters/filters.module.css';
import { failingCountQuery } from './credential-queries.ts';
import styles from './credentials.module.css';
import { type CredentialsSearch, readCredentialsSearch } from './credentials-search.ts';

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
  const { status, q, reason, host } = search;
  const shown = JSON.stringify({ status });
  return (
    <div className={filters.filters}>
      <nav className={filters.views} aria-label="Views">
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
          aria-label="Search credentials"
          placeholder="Search host, label, user, id …"
          maxLength={200}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </form>
      <Chips search={{ q, reason, host }} change={(next) => change(readCredentialsSearch({ ...next, status }))} />
    </div>
  );
}
