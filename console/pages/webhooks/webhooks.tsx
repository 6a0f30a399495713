import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import form from '../../commands/commands.module.css';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import { endpointColumns } from './endpoint-columns.tsx';
import { endpointList } from './webhook-queries.ts';
import styles from './webhooks.module.css';

/** The endpoints of the account, and whether their providers still send events. */
export function Webhooks() {
  const { account } = useParams({ from: '/a/$account/webhooks' });
  const isOwner = useHasRole('owner');
  const navigate = useNavigate();
  const open = useCallback(
    ({ id }: Schemas['WebhookEndpoint']): void =>
      void navigate({ to: '/a/$account/webhooks/$endpoint', params: { account, endpoint: id } }),
    [account, navigate],
  );
  const columns = useMemo(() => endpointColumns(account), [account]);
  const list = endpointList(account);
  return (
    <Page
      title="Webhook endpoints"
      aside={
        isOwner && (
          <Link to="/a/$account/webhooks/add" params={{ account }} className={form.primaryLink}>
            Add an endpoint
          </Link>
        )
      }
    >
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Webhook endpoints"
          what="webhook endpoints"
          columns={columns}
          openLabel="Open the endpoint"
          open={open}
          empty={<Nothing account={account} isOwner={isOwner} />}
        />
      </div>
    </Page>
  );
}

function Nothing({ account, isOwner }: { readonly account: string; readonly isOwner: boolean }) {
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
}
