import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { usePulse } from '../../pulse/pulse.tsx';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { keepPlaces } from '../../table/keep-places.ts';
import { VirtualTable } from '../../table/virtual-table.tsx';
import { endpointColumns } from './endpoint-columns.tsx';
import { endpointPagesQuery, newestEndpointsQuery, webhooksKey } from './webhook-queries.ts';
import styles from './webhooks.module.css';

/** All addresses where providers report, and whether they still do. */
export function Webhooks() {
  const { account } = useParams({ from: '/a/$account/webhooks' });
  const isOwner = useHasRole('owner');
  return (
    <Page
      title="Webhook endpoints"
      aside={
        isOwner && (
          <Link to="/a/$account/webhooks/add" params={{ account }} className={styles.add}>
            Add an endpoint
          </Link>
        )
      }
    >
      <List account={account} isOwner={isOwner} />
    </Page>
  );
}

function List({ account, isOwner }: { readonly account: string; readonly isOwner: boolean }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { revision } = usePulse();
  const [firstRevision, setFirstRevision] = useState(revision);
  if (firstRevision === null && revision !== null) setFirstRevision(revision);
  const pages = useInfiniteQuery(endpointPagesQuery(account));
  const isChanged = firstRevision !== null && revision !== firstRevision;
  const newest = useQuery({ ...newestEndpointsQuery(account), enabled: isChanged && pages.isSuccess });
  const { rows, newCount } = useMemo(() => {
    const renewed = newest.data && { rows: newest.data.data, isWhole: newest.data.page.next_cursor === null };
    return keepPlaces(pages.data?.pages.map(({ data }) => data) ?? [], renewed ?? null);
  }, [pages.data, newest.data]);
  const columns = useMemo(() => endpointColumns(account), [account]);
  const [current, setCurrent] = useState(-1);
  const id = rows[current]?.row.id;
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: 'j', label: 'Next row', run: () => setCurrent((at) => Math.min(at + 1, rows.length - 1)) },
      { keys: 'k', label: 'Row before', run: () => setCurrent((at) => Math.max(at - 1, 0)) },
      {
        keys: 'o',
        label: 'Open the endpoint',
        run: () =>
          id !== undefined &&
          void navigate({ to: '/a/$account/webhooks/$endpoint', params: { account, endpoint: id } }),
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
  if (pages.isPending) return <Loading what="webhook endpoints" />;
  if (pages.isError && rows.length === 0)
    return <Refusal error={pages.error} what="The endpoints" again={() => void pages.refetch()} />;
  if (rows.length === 0 && newCount === 0)
    return (
      <Empty title="No provider reports here yet">
        <p>An endpoint turns the events of a provider into jobs.</p>
        {isOwner ? (
          <Link to="/a/$account/webhooks/add" params={{ account }}>
            Add an endpoint
          </Link>
        ) : (
          <p>An owner of the account can add one.</p>
        )}
      </Empty>
    );
  return (
    <>
      {newCount > 0 && (
        <button
          type="button"
          className={styles.pill}
          onClick={() => void queries.resetQueries({ queryKey: webhooksKey(account) })}
        >
          {newCount} new
        </button>
      )}
      <div className={styles.list}>
        <VirtualTable
          label="Webhook endpoints"
          columns={columns}
          rows={rows}
          keyOf={({ row }) => row.id}
          current={current}
          onEnd={more}
        />
      </div>
      <p className={styles.end}>
        {rows.length.toLocaleString()} shown
        {hasNextPage && (
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Continue'}
          </button>
        )}
      </p>
    </>
  );
}
