import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './audit.module.css';
import { type AuditSearch, reasonOf, words } from './audit-search.ts';
import { SubjectLink } from './subject-link.tsx';

type Entry = Schemas['LogEntry'];

/** Who changed which resource, how, when and why. */
export function auditColumns(account: string, search: AuditSearch): readonly Column<PlacedRow<Entry>>[] {
  return [
    {
      name: 'at',
      label: 'When',
      width: '12rem',
      cell: ({ row: { at } }) => <time dateTime={at}>{dateAndTime(at)}</time>,
    },
    { name: 'who', label: 'Who', width: 'minmax(6rem, 1fr)', cell: ({ row }) => <Who actor={row.actor} /> },
    {
      name: 'action',
      label: 'What',
      width: 'minmax(9rem, 1.2fr)',
      cell: ({ row: { id, action, status } }) => (
        <>
          <Link to="/a/$account/audit/$entry" params={{ account, entry: id }} search={search}>
            {words(action)}
          </Link>
          {status === 'failed' && <span className={styles.bad}> ✕ failed</span>}
        </>
      ),
    },
    {
      name: 'subject',
      label: 'To what',
      width: 'minmax(12rem, 1.6fr)',
      cell: ({ row }) => (
        <SubjectLink account={account} entry={row}>
          {words(row.subject)} <ServerText>{row.subject_id}</ServerText>
        </SubjectLink>
      ),
    },
    {
      name: 'why',
      label: 'Why',
      width: 'minmax(6rem, 1.6fr)',
      cell: ({ row }) => {
        const reason = reasonOf(row);
        return reason === null ? <None /> : <ServerText oneLine>{reason}</ServerText>;
      },
    },
  ];
}

export function Who({ actor: { kind, id } }: { readonly actor: Schemas['Actor'] }) {
  return (
    <>
      <ServerText>{id}</ServerText>
      {kind !== 'user' && <span className={styles.quiet}> · {kind}</span>}
    </>
  );
}
