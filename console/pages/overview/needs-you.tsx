import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { mailboxesWords, searchOfGroup } from '../../jobs/failure-group.ts';
import { whoMustAct } from '../../jobs/who-acts.ts';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading, Partial } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import styles from './overview.module.css';
import { failureGroupsQuery } from './overview-queries.ts';

type Group = Schemas['FailureGroup'];

/** The largest groups of failures that are not muted, with the person who must act and the page for it. */
export function NeedsYou({ account }: { readonly account: string }) {
  const { data, error, refetch } = useQuery(failureGroupsQuery(account));
  return (
    <section className={styles.section} aria-labelledby="needs-you">
      <h2 id="needs-you">Needs you</h2>
      {data === undefined && error === null && <Loading what="the failures" />}
      {data === undefined && error !== null && (
        <Refusal error={error} what="The failures" again={() => void refetch()} />
      )}
      {data?.data.length === 0 && (
        <Empty title="Nothing needs you">
          <Link to="/a/$account/jobs" params={{ account }}>
            See all jobs
          </Link>
        </Empty>
      )}
      {data !== undefined && data.data.length > 0 && (
        <>
          <ul className={styles.needs}>
            {data.data.map((group) => (
              <Need key={group.id} account={account} group={group} />
            ))}
          </ul>
          {data.page.next_cursor !== null && (
            <p>
              <Link to="/a/$account/failures" params={{ account }}>
                There are more: see all failures
              </Link>
            </p>
          )}
          <Partial coverage={data.coverage} />
        </>
      )}
    </section>
  );
}

/** One group. The title is a link to one of its jobs, the number to all of them, the last link to the page that helps. */
function Need({ account, group }: { readonly account: string; readonly group: Group }) {
  const { code, host, title, who, failed, retrying, credentials, sample_job_id: sample } = group;
  const search = searchOfGroup(group);
  const count = failed + retrying;
  return (
    <li className={styles.need}>
      <div className={styles.what}>
        <p className={styles.title}>
          {sample === null ? (
            <ServerText>{title}</ServerText>
          ) : (
            <Link to="/a/$account/jobs/$job" params={{ account, job: sample }} search={search} hash="why">
              <ServerText>{title}</ServerText>
            </Link>
          )}
          {host !== null && (
            <>
              {' '}
              · <ServerText>{host}</ServerText>
            </>
          )}
        </p>
        <p className={styles.detail}>
          <code>{code}</code> · {mailboxesWords(credentials)} · <strong>{whoMustAct(who)}</strong>
        </p>
      </div>
      <div className={styles.ways}>
        <Link to="/a/$account/jobs" params={{ account }} search={search}>
          {count.toLocaleString()} {count === 1 ? 'job' : 'jobs'}
        </Link>
        <Way account={account} group={group} />
      </div>
    </li>
  );
}

/** A wrong connection is mended at its mailboxes; everything else begins at the failure. */
function Way({ account, group: { id, category, host, title } }: { readonly account: string; readonly group: Group }) {
  const where = `: ${visibleText(title)}${host === null ? '' : `, ${visibleText(host)}`}`;
  if (category === 'configuration' && host !== null)
    return (
      <Link
        to="/a/$account/credentials"
        params={{ account }}
        search={{ host: [host] }}
        className={styles.way}
        aria-label={`Fix connection${where}`}
      >
        Fix connection
      </Link>
    );
  return (
    <Link
      to="/a/$account/failures/$group"
      params={{ account, group: id }}
      className={styles.way}
      aria-label={`Open${where}`}
    >
      Open
    </Link>
  );
}
