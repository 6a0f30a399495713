import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { ApiProblem, type Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { JsonBlock } from '../../text/json-block.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './audit.module.css';
import { Who } from './audit-columns.tsx';
import { auditEntryQuery, auditEventsQuery } from './audit-queries.ts';
import { reasonOf, words } from './audit-search.ts';
import { SubjectLink } from './subject-link.tsx';

/** One entry with all data of its event, and the other events of the same resource. */
export function AuditEntry() {
  const { account, entry: id } = useParams({ from: '/a/$account/audit/$entry' });
  const search = useSearch({ from: '/a/$account/audit/$entry' });
  const navigate = useNavigate();
  const { data: entry, error, refetch } = useQuery(auditEntryQuery(id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the audit',
        run: () => void navigate({ to: '/a/$account/audit', params: { account }, search }),
      },
    ],
    [account, navigate, search],
  );
  useKeys(keys);
  const back = (
    <Link to="/a/$account/audit" params={{ account }} search={search}>
      Back to the audit
    </Link>
  );
  if (entry === undefined)
    return (
      <Page title="Audit entry" aside={back}>
        {error === null ? (
          <Loading what="the entry" />
        ) : (
          <Refusal error={error} what="This entry" again={() => void refetch()} />
        )}
      </Page>
    );
  return (
    <Page title={words(entry.action)} aside={back}>
      <Facts account={account} entry={entry} />
      <section className={styles.section} aria-labelledby="data-title">
        <h2 id="data-title">Data of the event</h2>
        <JsonBlock label="Data as JSON" value={entry.data} />
      </section>
      <Events account={account} entry={entry} />
    </Page>
  );
}

type Properties = { readonly account: string; readonly entry: Schemas['LogEntry'] };

function Facts({ account, entry }: Properties) {
  const reason = reasonOf(entry);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Who', <Who key="who" actor={entry.actor} />],
    [
      'To what',
      <SubjectLink key="subject" account={account} entry={entry}>
        {words(entry.subject)} <ServerText>{entry.subject_id}</ServerText>
      </SubjectLink>,
    ],
    [
      'When',
      <time key="at" dateTime={entry.at}>
        {dateAndTime(entry.at)}
      </time>,
    ],
    ['Why', reason === null ? 'No reason was given.' : <ServerText key="why">{reason}</ServerText>],
    [
      'Outcome',
      entry.status === 'failed' ? (
        <span key="outcome" className={styles.bad}>
          ✕ failed
        </span>
      ) : (
        '✓ succeeded'
      ),
    ],
    [
      'Request',
      entry.request_id === null ? (
        'None: the system did it.'
      ) : (
        <Link key="request" to="/a/$account/audit" params={{ account }} search={{ request_id: [entry.request_id] }}>
          <ServerText>{entry.request_id}</ServerText>
        </Link>
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

function Events({ account, entry }: Properties) {
  const { data, error, refetch } = useQuery(auditEventsQuery(entry.id));
  const others = (
    <Link to="/a/$account/audit" params={{ account }} search={{ subject_id: [entry.subject_id] }}>
      All audit entries of this resource
    </Link>
  );
  return (
    <section className={styles.section} aria-labelledby="events-title">
      <h2 id="events-title">Events of this {words(entry.subject)}</h2>
      {data === undefined && error === null && <Loading what="its events" />}
      {error !== null &&
        (error instanceof ApiProblem && error.status === 404 ? (
          <p>Its events are no longer kept. Its audit entries are.</p>
        ) : (
          <Refusal error={error} what="The events" again={() => void refetch()} />
        ))}
      {data !== undefined && (
        <ol className={styles.events} aria-label="Events">
          {data.data.map(({ version, type, at, actor, data: held }) => (
            <li key={version}>
              <details>
                <summary>
                  <time dateTime={at}>{dateAndTime(at)}</time> <strong>{type}</strong>{' '}
                  <span className={styles.quiet}>
                    by <ServerText>{actor.id}</ServerText>
                  </span>
                </summary>
                <JsonBlock label={`Data of ${type}, version ${version}`} value={held} />
              </details>
            </li>
          ))}
        </ol>
      )}
      {data?.page.next_cursor != null && <p className={styles.quiet}>These are its first {data.data.length} events.</p>}
      <p>{others}</p>
    </section>
  );
}
