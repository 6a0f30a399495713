import { Link } from '@tanstack/react-router';
import { Age } from '../../dates/time.tsx';
import { useFailure } from '../../service/failure-catalogue.ts';
import { MailboxName } from '../../service/mailbox-names.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './mail.module.css';
import type { Folder } from './mail-queries.ts';

export function folderColumns(account: string): readonly Column<PlacedRow<Folder>>[] {
  return [
    {
      name: 'folder',
      label: 'Folder',
      width: 'minmax(9rem, 1.2fr)',
      cell: ({ row: { credential_id, path } }) => (
        <Link to="/a/$account/messages" params={{ account }} search={{ credential_id, folder: [path] }}>
          <ServerText oneLine>{path}</ServerText>
        </Link>
      ),
    },
    {
      name: 'mailbox',
      label: 'Mailbox',
      width: 'minmax(9rem, 1.2fr)',
      cell: ({ row: { credential_id } }) => (
        <Link
          to="/a/$account/credentials/$credential"
          params={{ account, credential: credential_id }}
          className={styles.plain}
        >
          <MailboxName account={account} credential={credential_id} />
        </Link>
      ),
    },
    {
      name: 'messages',
      label: 'Messages',
      width: '5.5rem',
      isLabelled: true,
      cell: ({ row: { messages } }) => (messages === null ? <None /> : messages.toLocaleString()),
    },
    {
      name: 'stored',
      label: 'Stored',
      width: '5rem',
      isLabelled: true,
      cell: ({ row }) => row.synced_messages.toLocaleString(),
    },
    {
      name: 'synced',
      label: 'Last sync',
      width: '6rem',
      isLabelled: true,
      cell: ({ row }) => <Age at={row.synced_at} />,
    },
    { name: 'state', label: 'State', width: 'minmax(11rem, 2fr)', cell: (placed) => <State placed={placed} /> },
  ];
}

function State({ placed: { row, isGone } }: { readonly placed: PlacedRow<Folder> }) {
  const failure = useFailure(row.last_error?.code ?? null);
  if (isGone) return <span className={styles.quiet}>No longer in this list</span>;
  if (row.last_error !== null)
    return (
      <span className={styles.error}>
        <span aria-hidden="true">✕ </span>
        <ServerText oneLine>{`${failure?.title ?? row.last_error.code}: ${row.last_error.detail}`}</ServerText>
        <span className={styles.since}>
          for <Age at={row.last_error.since} />
        </span>
      </span>
    );
  if (!row.selectable) return <span className={styles.quiet}>holds no messages</span>;
  return <None />;
}
