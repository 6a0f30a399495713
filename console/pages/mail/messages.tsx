import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { isFiltered } from '../../search-parameters/flat.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import styles from './mail.module.css';
import { messageList } from './mail-queries.ts';
import { messageColumns } from './message-columns.tsx';
import { MessageFilters } from './message-filters.tsx';
import { type MessagesSearch, readMessagesSearch } from './messages-search.ts';

/** The metadata of messages that syncs have read, newest first. */
export function Messages() {
  const { account } = useParams({ from: '/a/$account/messages' });
  const search = useSearch({ from: '/a/$account/messages' });
  const navigate = useNavigate();
  const change = (next: MessagesSearch): void =>
    void navigate({ to: '/a/$account/messages', params: { account }, search: readMessagesSearch({ ...next }) });
  const open = useCallback(
    ({ id }: Schemas['Email']): void =>
      void navigate({ to: '/a/$account/messages/$email', params: { account, email: id }, search }),
    [account, navigate, search],
  );
  const columns = useMemo(() => messageColumns(account, search), [account, search]);
  const list = messageList(account, search);
  return (
    <Page title="Messages">
      <MessageFilters account={account} search={search} change={change} />
      <div className={styles.messages}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Messages"
          what="messages"
          columns={columns}
          openLabel="Open the message"
          open={open}
          empty={
            isFiltered(search) ? (
              <Empty title="No stored message fits these filters">
                <button type="button" onClick={() => change({})}>
                  Remove all filters
                </button>
              </Empty>
            ) : (
              <Empty title="No message has been read yet">
                <p>A sync of a mailbox reads the metadata of its messages.</p>
                <Link to="/a/$account/mailboxes" params={{ account }}>
                  See the mailboxes
                </Link>
              </Empty>
            )
          }
        />
      </div>
    </Page>
  );
}
