import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { failuresQuery } from '../../service/failure-catalogue.ts';
import { Empty, Partial } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { needsOf } from './figures.ts';
import styles from './overview.module.css';
import { failingHostsQuery } from './overview-queries.ts';

const WHO: Readonly<Record<Schemas['Failure']['who'], string>> = {
  nobody: 'nobody, retried by itself',
  mailbox_owner: 'mailbox owner must act',
  operator: 'operator must act',
  us: 'report it to the makers',
};

type Properties = { readonly account: string; readonly counts: Readonly<Record<string, number>> };

/** Failed and retrying jobs by code, with who must act; below, by mail server. */
export function NeedsYou({ account, counts }: Properties) {
  const { data: catalogue } = useQuery(failuresQuery);
  const needs = needsOf(counts, (code) => catalogue?.get(code)?.who ?? null);
  return (
    <section className={styles.section} aria-labelledby="needs-you">
      <h2 id="needs-you">Needs you</h2>
      {needs.length === 0 ? (
        <Empty title="No job fails">
          <Link to="/a/$account/jobs" params={{ account }}>
            See all jobs
          </Link>
        </Empty>
      ) : (
        <>
          <div className={styles.codes} aria-hidden="true">
            {needs.map(({ code, count }) => (
              <span key={code} title={`${code} ${count.toLocaleString()}`} style={{ flexGrow: count }}>
                {code}
              </span>
            ))}
          </div>
          <ul className={styles.needs}>
            {needs.map(({ code, count, search }) => {
              const failure = catalogue?.get(code);
              return (
                <li key={code} className={styles.need}>
                  <div className={styles.what}>
                    <p className={styles.title}>
                      {failure === undefined ? code : <ServerText>{failure.title}</ServerText>}
                    </p>
                    <p className={styles.detail}>
                      <code>{code}</code>
                      {failure !== undefined && ` · ${WHO[failure.who]}`}
                    </p>
                    {failure !== undefined && (
                      <p className={styles.detail}>
                        <ServerText>{failure.next_step}</ServerText>
                      </p>
                    )}
                  </div>
                  <Link to="/a/$account/jobs" params={{ account }} search={search}>
                    {count.toLocaleString()} {count === 1 ? 'job' : 'jobs'}
                  </Link>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {needs.length > 0 && <Hosts account={account} />}
    </section>
  );
}

const MAX_HOSTS = 5;

/** The mail servers with the most failed and retrying jobs. */
function Hosts({ account }: Pick<Properties, 'account'>) {
  const { data } = useQuery(failingHostsQuery(account));
  if (data == null) return null;
  const hosts = data.items
    .map(({ key, by_status: by }) => ({ host: key, count: (by.failed ?? 0) + (by.retrying ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  return (
    <p className={styles.hosts}>
      By server:
      {hosts.slice(0, MAX_HOSTS).map(({ host, count }) =>
        host === null ? (
          <span key="">not known {count.toLocaleString()}</span>
        ) : (
          <Link
            key={host}
            to="/a/$account/jobs"
            params={{ account }}
            search={{ status: ['failed', 'retrying'], host: [host] }}
          >
            <ServerText>{host}</ServerText> {count.toLocaleString()}
          </Link>
        ),
      )}
      {hosts.length > MAX_HOSTS && <span>and {hosts.length - MAX_HOSTS} more</span>}
      <Partial coverage={data.coverage} />
    </p>
  );
}
