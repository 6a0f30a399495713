import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { dateAndTime } from '../../dates/age.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { StateWord } from '../../status/state-word.tsx';
import { None } from '../../table/none.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { outcomeOf } from './endpoint-state.ts';
import { deliveryQuery } from './webhook-queries.ts';
import styles from './webhooks.module.css';
import { reasonWords } from './webhooks-search.ts';

/** One event of a provider, which may have been sent several times; or a sample of a refused request. */
export function Delivery() {
  const {
    account,
    endpoint,
    delivery: id,
  } = useParams({
    from: '/a/$account/webhooks/$endpoint/deliveries/$delivery',
  });
  const search = useSearch({ from: '/a/$account/webhooks/$endpoint/deliveries/$delivery' });
  const { data: delivery, error, refetch } = useQuery(deliveryQuery(account, id));
  const back = (
    <Link to="/a/$account/webhooks/$endpoint" params={{ account, endpoint }} search={search}>
      All deliveries
    </Link>
  );
  if (delivery === undefined)
    return (
      <Page title="Delivery" aside={back}>
        {error === null ? (
          <Loading what="the delivery" />
        ) : (
          <Refusal error={error} what="This delivery" again={() => void refetch()} />
        )}
      </Page>
    );
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Received first', dateAndTime(delivery.at)],
    ['Happened', delivery.event_at === null ? 'the provider does not say' : dateAndTime(delivery.event_at)],
    ['Event', delivery.event_id === null ? <None key="id" /> : <ServerText key="id">{delivery.event_id}</ServerText>],
    [
      'Event type',
      delivery.event_type === null ? <None key="type" /> : <ServerText key="type">{delivery.event_type}</ServerText>,
    ],
    [
      'Job',
      delivery.job_id === null ? (
        <None key="job" />
      ) : (
        <Link key="job" to="/a/$account/jobs/$job" params={{ account, job: delivery.job_id }}>
          {delivery.job_id}
        </Link>
      ),
    ],
    [
      'Mailbox',
      delivery.credential_id === null ? (
        <None key="mailbox" />
      ) : (
        <Link
          key="mailbox"
          to="/a/$account/credentials/$credential"
          params={{ account, credential: delivery.credential_id }}
        >
          {delivery.credential_id}
        </Link>
      ),
    ],
  ];
  return (
    <Page title="Delivery" aside={back}>
      <p className={styles.head}>
        <StateWord state={outcomeOf(delivery)} /> <code>{delivery.id}</code>
      </p>
      {delivery.reason !== null && (
        <p className={styles.why}>
          {reasonWords(delivery.reason)} <code>{delivery.reason}</code>
        </p>
      )}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Page>
  );
}
