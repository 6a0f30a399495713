import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { JsonBlock } from '../../text/json-block.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './job.module.css';
import { jobEventsQuery } from './job-queries.ts';

/** Payload, result and events as they are stored. */
export function Contents({ job }: { readonly job: Schemas['Job'] }) {
  return (
    <div className={styles.contents}>
      <Fold title="Payload">
        <JsonBlock label="Payload as JSON" value={job.payload} />
      </Fold>
      {job.result !== null && (
        <Fold title="Result">
          <RefusedFolders result={job.result} />
          <JsonBlock label="Result as JSON" value={job.result} />
        </Fold>
      )}
      <Fold title="Raw events">
        <RawEvents job={job.id} />
      </Fold>
    </div>
  );
}

/** A section that is closed at first. Its content is made when it is first opened. */
function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <details className={styles.fold} onToggle={({ currentTarget }) => currentTarget.open && setWasOpen(true)}>
      <summary>{title}</summary>
      {wasOpen && children}
    </details>
  );
}

function RefusedFolders({ result }: { readonly result: NonNullable<Schemas['Job']['result']> }) {
  if (!('refused' in result) || result.refused.length === 0) return null;
  const left = result.refused_count - result.refused.length;
  return (
    <>
      <table className={styles.table}>
        <caption>Folders that were refused</caption>
        <thead>
          <tr>
            <th scope="col">Folder</th>
            <th scope="col">Code</th>
          </tr>
        </thead>
        <tbody>
          {result.refused.map(({ folder, code }) => (
            <tr key={folder}>
              <td>
                <ServerText>{folder}</ServerText>
              </td>
              <td>
                <code>{code}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p className={styles.quiet}>and {left.toLocaleString()} more</p>}
    </>
  );
}

function RawEvents({ job }: { readonly job: string }) {
  const { data } = useQuery(jobEventsQuery(job));
  return (
    <ol className={styles.events} aria-label="Raw events">
      {data?.events.map((event) => (
        <li key={event.version}>
          <p>
            <strong>
              {event.version} {event.type}
            </strong>{' '}
            <span className={styles.quiet}>
              {dateAndTime(event.at)} · {event.actor.kind} <ServerText>{event.actor.id}</ServerText>
            </span>
          </p>
          <JsonBlock label={`Data of ${event.type}, version ${event.version}`} value={event.data} />
        </li>
      ))}
    </ol>
  );
}
