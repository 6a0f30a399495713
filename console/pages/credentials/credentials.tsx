import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading, Partial } from '../../states/states.tsx';
import { keepPlaces } from '../../table/keep-places.ts';
import { VirtualTable } from '../../table/virtual-table.tsx';
import { credentialColumns } from './credential-columns.tsx';
import { CredentialFilters } from './credential-filters.tsx';
import { credentialPagesQuery, credentialsKey, newestCredentialsQuery } from './credential-queries.ts';
import styles from './credentials.module.css';
import { type CredentialsSearch, readCredentialsSearch } from './credentials-search.ts';

/** All mailboxes of the account, with their health. */
export function Credentials() {
  const { account } = useParams({ from: '/a/$account/credentials' });
  const search = useSearch({ from: '/a/$account/credentials' });
  const isOwner = useHasRole('owner');
  const navigate = useNavigate();
  const change = (next: CredentialsSearch): void =>
    void navigate({ to: '/a/$account/credentials', params: { account }, search: readCredentialsSearch({ ...next }) });
  return (
    <Page
      title="Credentials"
      aside={
        isOwner && (
          <Link to="/a/$account/credentials/add" params={{ account }} className={styles.add}>
            Add a mailbox
          </Link>
        )
      }
    >
      <CredentialFilters account={account} search={search} change={change} />
      <List key={JSON.stringify(search)} account={account} search={search} change={change} />
    </Page>
  );
}

type Properties = {
  readonly account: string;
  readonly search: CredentialsSearch;
  readonly change: (search: CredentialsSearch) => void;
};

function List({ account, search, change }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { revision } = usePulse();
  const [firstRevision, setFirstRevision] = useState(revision);
  if (firstRevision === null && revision !== null) setFirstRevision(revision);
  const pages = useInfiniteQuery(credentialPagesQuery(account, search));
  const isChanged = firstRevision !== null && revision !== firstRevision;
  const newest = useQuery({ ...newestCredentialsQuery(account, search), enabled: isChanged && pages.isSuccess });
  const { rows, newCount } = useMemo(() => {
    const renewed = newest.data && { rows: newest.data.data, isWhole: newest.data.page.next_cursor === null };
    return keepPlaces(pages.data?.pages.map(({ data }) => data) ?? [], renewed ?? null);
  }, [pages.data, newest.data]);
  const columns = useMemo(() => credentialColumns(account), [account]);
  const [current, setCurrent] = useState(-1);
  const id = rows[current]?.row.id;
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'j', label: 'Next row', run: () => setCurrent((at) => Math.min(at + 1, rows.length - 1)) },
      { keys: 'k', label: 'Row before', run: () => setCurrent((at) => Math.max(at - 1, 0)) },
      {
        keys: 'o',
        label: 'Open the credential',
        run: () =>
          id !== undefined &&
          void navigate({ to: '/a/$account/credentials/$credential', params: { account, credential: id } }),
      },
    ],
    [rows.length, id, account, navigate],
  );
  useKeys(keys);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useMemo(
    () => (hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined),
    [hasNextPage, isFetchingNextPage, fetchNextPage],
  );
  const showNew = (): void => {
    window.scrollTo(0, 0);
    void queries.resetQueries({ queryKey: credentialsKey(account) });
  };
  if (pages.isPending) return <Loading what="credentials" />;
  if (pages.isError && rows.length === 0)
    return <Refusal error={pages.error} what="The credentials" again={() => void pages.refetch()} />;
  if (rows.length === 0 && newCount === 0 && !hasNextPage) return <Nothing {...{ account, search, change }} />;
  return (
    <>
      {newCount > 0 && (
        <button type="button" className={styles.pill} onClick={showNew}>
          {newCount} new
        </button>
      )}
      <div className={styles.list}>
        <VirtualTable
          label="Credentials"
          columns={columns}
          rows={rows}
          keyOf={({ row }) => row.id}
          current={current}
          onEnd={more}
        />
      </div>
      <p className={styles.end}>
        {rows.length.toLocaleString()} shown <Partial coverage={pages.data?.pages.at(-1)?.coverage ?? null} />
        {hasNextPage && (
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>
        )}
      </p>
    </>
  );
}

function Nothing({ account, search, change }: Properties) {
  const isOwner = useHasRole('owner');
  if (Object.keys(search).length > 0)
    return (
      <Empty title="No credential fits these filters">
        <button type="button" onClick={() => change({})}>
          Remove all filters
        </button>
      </Empty>
    );
  return (
    <Empty title="There are no mailboxes yet">
      {isOwner ? (
        <Link to="/a/$account/credentials/add" params={{ account }}>
          Add a mailbox
        </Link>
      ) : (
        <p>An owner of the account can add one.</p>
      )}
    </Empty>
  );
}
