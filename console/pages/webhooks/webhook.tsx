import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { CopyButton } from '../../commands/copy-button.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { Age } from '../../dates/time.tsx';
import { actionWords } from '../../jobs/job-actions.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { StateWord } from '../../status/state-word.tsx';
import { None } from '../../table/none.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { Deliveries } from './deliveries.tsx';
import { endpointName, PROVIDERS, stateOf, targetWords } from './endpoint-state.ts';
import { RotateDialog } from './rotate-dialog.tsx';
import { TestDialog } from './test-dialog.tsx';
import { endpointQuery, webhooksKey } from './webhook-queries.ts';
import styles from './webhooks.module.css';
import { type DeliveriesSearch, readDeliveriesSearch } from './webhooks-search.ts';

type Endpoint = Schemas['WebhookEndpointWithCounts'];
type Properties = { readonly account: string; readonly endpoint: Endpoint };

/** One endpoint: its address, whether its provider still sends events, and its deliveries. */
export function Webhook() {
  const { account, endpoint: id } = useParams({ from: '/a/$account/webhooks/$endpoint' });
  const search = useSearch({ from: '/a/$account/webhooks/$endpoint' });
  const navigate = useNavigate();
  const { data: endpoint, error, refetch } = useQuery(endpointQuery(account, id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the list',
        run: () => void navigate({ to: '/a/$account/webhooks', params: { account } }),
      },
    ],
    [account, navigate],
  );
  useKeys(keys);
  const change = (next: DeliveriesSearch): void =>
    void navigate({
      to: '/a/$account/webhooks/$endpoint',
      params: { account, endpoint: id },
      search: readDeliveriesSearch({ ...next }),
      resetScroll: false,
    });
  const back = (
    <Link to="/a/$account/webhooks" params={{ account }}>
      All endpoints
    </Link>
  );
  if (endpoint === undefined)
    return (
      <Page title="Webhook endpoint" aside={back}>
        {error === null ? (
          <Loading what="the endpoint" />
        ) : (
          <Refusal error={error} what="This endpoint" again={() => void refetch()} />
        )}
      </Page>
    );
  return (
    <Page title={visibleText(endpointName(endpoint))} aside={back}>
      <p className={styles.head}>
        <StateWord state={stateOf(endpoint)} /> <SilenceOf endpoint={endpoint} /> <code>{endpoint.id}</code>
      </p>
      <p className={styles.address}>
        <code className={styles.copied}>{endpoint.url}</code> <CopyButton text={endpoint.url} what="address" />
      </p>
      <Commands account={account} endpoint={endpoint} />
      <Facts account={account} endpoint={endpoint} />
      <Deliveries account={account} endpoint={id} search={search} change={change} />
    </Page>
  );
}

function SilenceOf({ endpoint: { silent_since: silent, last_delivery_at: last } }: { readonly endpoint: Endpoint }) {
  if (silent !== null)
    return (
      <span className={styles.bad}>
        for <Age at={silent} />
      </span>
    );
  return (
    last !== null && (
      <span className={styles.quiet}>
        last delivery <Age at={last} /> ago
      </span>
    )
  );
}

/** All commands need the role owner. For other roles they are not in the document. */
function Commands({ account, endpoint }: Properties) {
  const isOwner = useHasRole('owner');
  const [dialog, open] = useState<'test' | 'rotate' | 'delete' | null>(null);
  const queries = useQueryClient();
  const { id, enabled } = endpoint;
  const renew = (): void => void queries.invalidateQueries({ queryKey: webhooksKey(account) });
  const change = useCommand(
    async () => api.webhookEndpoints.update({ webhook_endpoint_id: id, body: { enabled: !enabled } }),
    renew,
  );
  if (!isOwner) return null;
  const shared = { account, endpoint, close: () => open(null) };
  return (
    <>
      <div className={styles.commands}>
        <button type="button" onClick={() => open('test')}>
          Test
        </button>
        <button type="button" onClick={() => open('rotate')}>
          Rotate the secret
        </button>
        <button type="button" disabled={change.isRunning} onClick={change.run}>
          {enabled ? 'Disable' : 'Enable'}
        </button>
        <button type="button" className={form.danger} onClick={() => open('delete')}>
          Delete
        </button>
      </div>
      <CommandError error={change.error} />
      {dialog === 'test' && <TestDialog {...shared} />}
      {dialog === 'rotate' && <RotateDialog {...shared} />}
      {dialog === 'delete' && <DeleteDialog {...shared} />}
    </>
  );
}

function Facts({ account, endpoint }: Properties) {
  const { target } = endpoint;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Provider', PROVIDERS[endpoint.provider]],
    ['Each event makes', `a job: ${actionWords(endpoint.action)}`],
    [
      'About',
      'credential_id' in target ? (
        <Link
          key="mailbox"
          to="/a/$account/credentials/$credential"
          params={{ account, credential: target.credential_id }}
        >
          {targetWords(target)}
        </Link>
      ) : (
        targetWords(target)
      ),
    ],
    ['Event types', endpoint.event_types === null ? 'all' : <Texts key="types" texts={endpoint.event_types} />],
    ['In the last 24 hours', countsOf(endpoint.last_24h)],
    ['Silent after', endpoint.silent_after ?? 'never'],
    ['Added', <Age key="added" at={endpoint.created_at} />],
    ['Payload', <ServerText key="payload">{JSON.stringify(endpoint.payload)}</ServerText>],
    [
      'Settings',
      Object.keys(endpoint.settings).length === 0 ? (
        <None key="settings" />
      ) : (
        <ServerText key="settings">{JSON.stringify(endpoint.settings)}</ServerText>
      ),
    ],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The counts of the last day. Refused requests are counted by samples, so there may have been more. */
function countsOf({ verified, refused, exact }: Endpoint['last_24h']): string {
  const least = exact ? '' : 'at least ';
  return `${least}${verified.toLocaleString()} from the provider, ${least}${refused.toLocaleString()} refused`;
}

const Texts = ({ texts }: { readonly texts: readonly string[] }) => <ServerText>{texts.join(', ')}</ServerText>;
