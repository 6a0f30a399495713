import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import { failureColumns } from './failure-columns.tsx';
import { failureGroupList } from './failure-queries.ts';
import styles from './failures.module.css';
import { type FailuresSearch, readFailuresSearch } from './failures-search.ts';

const TABS = [
  { show: undefined, label: 'Needs attention' },
  { show: 'muted', label: 'Muted' },
  { show: 'all', label: 'All' },
] as const;

type Properties = { readonly account: string; readonly search: FailuresSearch };

/** The failed and retrying jobs in groups by failure and mail server. */
export function Failures() {
  const { account } = useParams({ from: '/a/$account/failures' });
  const search = useSearch({ from: '/a/$account/failures' });
  const navigate = useNavigate();
  const open = useCallback(
    ({ id }: Schemas['FailureGroup']): void =>
      void navigate({ to: '/a/$account/failures/$group', params: { account, group: id }, search }),
    [account, navigate, search],
  );
  const columns = useMemo(() => failureColumns(account, search), [account, search]);
  const list = failureGroupList(account, search);
  return (
    <Page title="Failures">
      <Filters account={account} search={search} />
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Failures"
          what="failures"
          columns={columns}
          openLabel="Open the failure"
          examinedFor="· mailboxes, first failure and job"
          open={open}
          empty={<Nothing account={account} search={search} />}
        />
      </div>
    </Page>
  );
}

function Filters({ account, search }: Properties) {
  const navigate = useNavigate();
  const order = useRef<HTMLSelectElement>(null);
  const keys = useMemo<readonly KeyBinding[]>(
    () => [{ keys: 'f', label: 'Change the order', run: () => order.current?.focus() }],
    [],
  );
  useKeys(keys);
  return (
    <div className={styles.filters}>
      <nav aria-label="Which failures">
        <ul className={styles.tabs}>
          {TABS.map(({ show, label }) => (
            <li key={label}>
              <Link
                to="/a/$account/failures"
                params={{ account }}
                search={readFailuresSearch({ ...search, show })}
                activeOptions={{ exact: true, includeSearch: true }}
              >
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <select
        ref={order}
        aria-label="Order"
        value={search.sort ?? ''}
        onChange={({ target }) =>
          void navigate({
            to: '/a/$account/failures',
            params: { account },
            search: readFailuresSearch({ ...search, sort: target.value }),
          })
        }
      >
        <option value="">Most jobs first</option>
        <option value="last">Last failure first</option>
      </select>
    </div>
  );
}

function Nothing({ account, search: { show } }: Properties) {
  if (show === 'muted')
    return (
      <Empty title="No failure is muted">
        <p>A muted failure stays in the counts, and does not ask for attention.</p>
        <Link to="/a/$account/failures" params={{ account }}>
          See what needs attention
        </Link>
      </Empty>
    );
  return (
    <Empty title={show === 'all' ? 'No job fails' : 'Nothing needs attention'}>
      {show === 'all' ? (
        <Link to="/a/$account/jobs" params={{ account }}>
          See all jobs
        </Link>
      ) : (
        <Link to="/a/$account/failures" params={{ account }} search={{ show: 'all' }}>
          See all failures, also those that are muted
        </Link>
      )}
    </Empty>
  );
}
