import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CopyAs } from '../../commands/copy-as.tsx';
import { Age } from '../../dates/time.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { asCurl, asInboxctl, asLink } from './copy-as.ts';
import styles from './job.module.css';

type Properties = { readonly account: string; readonly job: Schemas['Job'] };

export function Facts({ account, job }: Properties) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Mailbox',
      <Link key="mailbox" to="/a/$account/credentials/$credential" params={{ account, credential: job.credential_id }}>
        <ServerText>{job.credential_label ?? job.credential_id}</ServerText>
      </Link>,
    ],
    ['Server', job.host === null ? 'not known' : <ServerText key="host">{job.host}</ServerText>],
    [
      'Made',
      <span key="made">
        <Age at={job.created_at} /> ago
      </span>,
    ],
    ['Made by', <ServerText key="source">{`${job.source.kind} ${job.source.id}`}</ServerText>],
    ['Attempts', `${job.attempt_count}, ${job.attempts_left} left`],
    ['Priority', job.priority],
    ['Labels', job.labels.length === 0 ? '–' : <ServerText key="labels">{job.labels.join(', ')}</ServerText>],
    ['Not before', <Age key="run" at={job.run_at} />],
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

/** Links to lists of jobs that share a value with this one. */
export function Neighbours({ account, job }: Properties) {
  const { task_id: task, last_error_code: code, credential_id: credential } = job;
  return (
    <nav aria-label="Neighbours" className={styles.neighbours}>
      <span>Jobs of the same</span>
      {task !== null && (
        <Link to="/a/$account/jobs" params={{ account }} search={{ task: [task] }}>
          task
        </Link>
      )}
      <Link to="/a/$account/jobs" params={{ account }} search={{ credential: [credential] }}>
        mailbox
      </Link>
      {code !== null && (
        <Link to="/a/$account/jobs" params={{ account }} search={{ code: [code] }}>
          error
        </Link>
      )}
    </nav>
  );
}

export function CopyJob({ account, job }: Properties) {
  return (
    <CopyAs
      label="Copy as …"
      forms={[
        { name: 'link', text: asLink(location.origin, account, job) },
        { name: 'curl', text: asCurl(location.origin, job) },
        { name: 'inboxctl', text: asInboxctl(account, job) },
      ]}
    />
  );
}
