import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { MailboxName } from '../../service/mailbox-names.tsx';
import type { PlacedRow } from '../../table/keep-places.ts';
import { None } from '../../table/none.tsx';
import type { Column } from '../../table/virtual-table.tsx';
import { ServerText } from '../../text/server-text.tsx';
import styles from './mail.module.css';
import { hasFlag, senderWords, sizeWords } from './mail-words.ts';
import type { MessagesSearch } from './messages-search.ts';

type Email = Schemas['Email'];

export function messageColumns(account: string, search: MessagesSearch): readonly Column<PlacedRow<Email>>[] {
  return [
    { name: 'state', label: 'State', width: '6.5rem', cell: ({ row }) => <State email={row} /> },
    {
      name: 'from',
      label: 'From',
      width: 'minmax(8rem, 1fr)',
      cell: ({ row: { from } }) => {
        const sender = senderWords(from);
        return sender === '' ? <None /> : <ServerText oneLine>{sender}</ServerText>;
      },
    },
    {
      name: 'subject',
      label: 'Subject',
      width: 'minmax(10rem, 2.4fr)',
      cell: ({ row: { id, subject } }) => (
        <Link to="/a/$account/messages/$email" params={{ account, email: id }} search={search}>
          {subject === null || subject === '' ? 'No subject' : <ServerText oneLine>{subject}</ServerText>}
        </Link>
      ),
    },
    {
      name: 'folder',
      label: 'Folder',
      width: '8rem',
      cell: ({ row }) => <ServerText oneLine>{row.folder}</ServerText>,
    },
    {
      name: 'mailbox',
      label: 'Mailbox',
      width: 'minmax(8rem, 1fr)',
      cell: ({ row }) => <MailboxName account={account} credential={row.credential_id} />,
    },
    { name: 'arrived', label: 'Arrived', width: '5rem', cell: ({ row }) => <Age at={row.internal_date} /> },
    {
      name: 'size',
      label: 'Size',
      width: '5rem',
      cell: ({ row: { size } }) => (size === null ? <None /> : sizeWords(size)),
    },
  ];
}

/** Word and shape: unread, flagged, or not readable for the service. */
function State({ email }: { readonly email: Email }) {
  if (email.unreadable) return <span className={styles.bad}>✕ unreadable</span>;
  const isSeen = hasFlag(email, '\\Seen');
  const isFlagged = hasFlag(email, '\\Flagged');
  if (isSeen && !isFlagged) return <None />;
  return (
    <>
      {!isSeen && <span className={styles.unseen}>● unread </span>}
      {isFlagged && (
        <span className={styles.flagged}>
          ★<span className={styles.hidden}> flagged</span>
        </span>
      )}
    </>
  );
}
