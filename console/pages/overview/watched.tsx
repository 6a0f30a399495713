import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { type Counted, countWords } from './counted.ts';
import styles from './overview.module.css';
import { foldersInErrorQuery, runningBulkQuery, silentWebhooksQuery } from './overview-queries.ts';

/** Further numbers that may need attention, each with the page that shows it. */
export function Watched({ account, stats }: { readonly account: string; readonly stats: Schemas['JobStats'] }) {
  const silent = useQuery(silentWebhooksQuery(account));
  const folders = useQuery(foldersInErrorQuery(account));
  const bulk = useQuery(runningBulkQuery(account));
  const running = bulk.data ?? [];
  return (
    <ul className={styles.watched} aria-label="Also watched">
      <li>
        <Link to="/a/$account/credentials" params={{ account }} search={{ status: ['parked'] }}>
          Parked credentials{' '}
          <Value
            counted={{ count: stats.credentials_by_status.parked ?? 0, isExact: true }}
            isUnknown={false}
            tone="bad"
          />
        </Link>
      </li>
      <li>
        <Link to="/a/$account/webhooks" params={{ account }}>
          Silent webhooks <Value counted={silent.data} isUnknown={silent.isError} tone="warn" />
        </Link>
      </li>
      <li>
        <Link to="/a/$account/mailboxes" params={{ account }} search={{ in_error: 'true' }}>
          Folders in error <Value counted={folders.data} isUnknown={folders.isError} tone="bad" />
        </Link>
      </li>
      <li>
        <Link to="/a/$account/bulk" params={{ account }} search={{ status: ['running'] }}>
          Bulk running{' '}
          <Value
            counted={bulk.data === undefined ? undefined : { count: running.length, isExact: true }}
            isUnknown={bulk.isError}
            tone="active"
          />
        </Link>
        {running.map(({ id, done, skipped, failed, expected }) =>
          expected === null || expected === 0 ? null : (
            <span key={id} className={styles.detail}>
              {' '}
              {Math.min(100, Math.floor(((done + skipped + failed) / expected) * 100))} %
            </span>
          ),
        )}
      </li>
    </ul>
  );
}

type ValueProperties = {
  readonly counted: Counted | undefined;
  /** The number could not be read. */
  readonly isUnknown: boolean;
  readonly tone: string;
};

function Value({ counted, isUnknown, tone }: ValueProperties): ReactNode {
  if (counted === undefined) return <strong>{isUnknown ? 'unknown' : '…'}</strong>;
  return <strong data-tone={counted.count > 0 ? tone : 'idle'}>{countWords(counted)}</strong>;
}
