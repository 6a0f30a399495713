import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { Age } from '../../dates/time.tsx';
import { useNow } from '../../dates/use-now.ts';
import { mailboxesWords, searchOfGroup } from '../../jobs/failure-group.ts';
import { whoMustAct } from '../../jobs/who-acts.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { stringifyFlat } from '../../search-parameters/flat.ts';
import { useFailure } from '../../service/failure-catalogue.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { None } from '../../table/none.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { Jobs } from './failure-columns.tsx';
import { failureGroupQuery } from './failure-queries.ts';
import styles from './failures.module.css';
import { GroupCommands } from './group-commands.tsx';
import { muteWords, NO_SERVER } from './group-words.ts';

type Properties = { readonly account: string; readonly group: Schemas['FailureGroup'] };

/** One failure at one mail server: its meaning, how many jobs have it, and the commands for all of them. */
export function FailureGroup() {
  const { account, group: id } = useParams({ from: '/a/$account/failures/$group' });
  const search = useSearch({ from: '/a/$account/failures/$group' });
  const navigate = useNavigate();
  const { data: group, error, refetch } = useQuery(failureGroupQuery(account, id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the list',
        run: () => void navigate({ to: '/a/$account/failures', params: { account }, search }),
      },
    ],
    [account, navigate, search],
  );
  useKeys(keys);
  const back = (
    <Link to="/a/$account/failures" params={{ account }} search={search}>
      All failures
    </Link>
  );
  if (group === undefined)
    return (
      <Page title="Failure" aside={back}>
        {error === null ? (
          <Loading what="the failure" />
        ) : (
          <Refusal
            error={error}
            what="This failure"
            auditHref={`/a/${account}/audit${stringifyFlat({ subject_id: id })}`}
            again={() => void refetch()}
          />
        )}
      </Page>
    );
  return (
    <Page title={visibleText(group.title)} aside={back}>
      <p className={styles.head}>
        <code>{group.code}</code>
        <span>{group.host === null ? NO_SERVER : <ServerText>{group.host}</ServerText>}</span>
        <strong>{whoMustAct(group.who)}</strong>
      </p>
      <Muted group={group} />
      <Meaning code={group.code} />
      <GroupCommands account={account} group={group} />
      <Facts account={account} group={group} />
      <WhichJobs account={account} group={group} />
    </Page>
  );
}

/** The note of the last command is shown even if that command has ended the mute. */
function Muted({ group }: Pick<Properties, 'group'>) {
  const muted = muteWords(group, useNow());
  const { note, muted_until: until } = group;
  if (muted === null && note === null) return null;
  return (
    <section className={styles.notice} aria-label="Mute">
      <p>
        {muted === null ? 'It asks for attention.' : <strong>‖ {`${muted[0]?.toUpperCase()}${muted.slice(1)}`}</strong>}
        {muted !== null && until !== null && ` (${dateAndTime(until)})`}
      </p>
      {note !== null && (
        <p>
          Note: <ServerText>{note}</ServerText>
        </p>
      )}
    </section>
  );
}

function Meaning({ code }: { readonly code: string }) {
  const failure = useFailure(code);
  if (failure === null) return null;
  return (
    <section className={styles.meaning} aria-label="What it means">
      <p>
        <ServerText>{failure.explanation}</ServerText>
      </p>
      <p>
        <strong>Next:</strong> <ServerText>{failure.next_step}</ServerText>
      </p>
    </section>
  );
}

function Facts({ account, group }: Properties) {
  const { sample_job_id: job, first_at: first, last_at: last, credentials } = group;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Failed', <Jobs key="failed" account={account} group={group} status="failed" />],
    ['Retrying', <Jobs key="retrying" account={account} group={group} status="retrying" />],
    ['Mailboxes', mailboxesWords(credentials)],
    ['First failure', <Age key="first" at={first} />],
    ['Last failure', <Age key="last" at={last} />],
    [
      'One of its jobs',
      job === null ? (
        <None key="job" />
      ) : (
        <Link key="job" to="/a/$account/jobs/$job" params={{ account, job }} search={searchOfGroup(group)} hash="why">
          {job}
        </Link>
      ),
    ],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {credentials.more && (
        <p className={styles.quiet}>
          Not all of its jobs were examined: there may be more mailboxes, and an earlier first failure.
        </p>
      )}
    </>
  );
}

/** The list of jobs filters by the present server, the group counts by the server at the failure. */
function WhichJobs({ account, group }: Properties) {
  return (
    <p className={styles.quiet}>
      <Link to="/a/$account/jobs" params={{ account }} search={searchOfGroup(group)}>
        See its jobs
      </Link>
      {'. '}
      {group.host === null
        ? 'The server at the time of the failure is not known: the list and the commands cover all jobs with this code.'
        : 'The list finds jobs by the present server of their mailbox. The numbers here count by the server at the failure.'}
    </p>
  );
}
