import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Chips } from '../../search-parameters/chips.tsx';
import { FilterSelect } from '../../search-parameters/filter-select.tsx';
import filters from '../../search-parameters/filters.module.css';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import { folderColumns } from './folder-columns.tsx';
import { type FoldersSearch, readFoldersSearch } from './folders-search.ts';
import styles from './mail.module.css';
import { type Folder, folderList } from './mail-queries.ts';
import { MailboxChoice } from './mailbox-choice.tsx';
import { SyncCommands } from './sync-commands.tsx';

const IN_ERROR = [
  { value: 'true', label: 'In error' },
  { value: 'false', label: 'Not in error' },
];

/** The folders that syncs have seen, with their counts, their last sync, and why some cannot be read. */
export function Folders() {
  const { account } = useParams({ from: '/a/$account/mailboxes' });
  const search = useSearch({ from: '/a/$account/mailboxes' });
  const navigate = useNavigate();
  const mailbox = useRef<HTMLSelectElement>(null);
  const change = (next: FoldersSearch): void =>
    void navigate({ to: '/a/$account/mailboxes', params: { account }, search: readFoldersSearch({ ...next }) });
  const open = useCallback(
    ({ credential_id, path }: Folder): void =>
      void navigate({ to: '/a/$account/messages', params: { account }, search: { credential_id, folder: [path] } }),
    [account, navigate],
  );
  const keys = useMemo<readonly KeyBinding[]>(
    () => [{ keys: 'f', label: 'Choose a mailbox', run: () => mailbox.current?.focus() }],
    [],
  );
  useKeys(keys);
  const columns = useMemo(() => folderColumns(account), [account]);
  const list = folderList(account, search);
  const { credential_id, ...others } = search;
  return (
    <Page title="Mailboxes">
      <div className={filters.filters}>
        <MailboxChoice
          account={account}
          value={credential_id}
          choose={(chosen) => change({ ...search, credential_id: chosen })}
          selectRef={mailbox}
        />
        <FilterSelect
          label="Which folders"
          value={search.in_error}
          none="All folders"
          options={IN_ERROR}
          choose={(chosen) => change({ ...search, in_error: chosen })}
        />
      </div>
      <Chips search={others} change={(next) => change(readFoldersSearch({ ...next, credential_id }))} />
      {credential_id !== undefined && <SyncCommands key={credential_id} account={account} credential={credential_id} />}
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Folders"
          what="the folders"
          columns={columns}
          openLabel="Open the messages of the folder"
          open={open}
          empty={<Nothing account={account} search={search} change={change} />}
        />
      </div>
    </Page>
  );
}

function Nothing({
  account,
  search,
  change,
}: {
  readonly account: string;
  readonly search: FoldersSearch;
  readonly change: (search: FoldersSearch) => void;
}) {
  if (search.in_error === 'true' && search.last_error_code === undefined)
    return (
      <Empty title="No folder is in error">
        <button type="button" onClick={() => change({ ...search, in_error: undefined })}>
          Show all folders
        </button>
      </Empty>
    );
  if (search.in_error !== undefined || search.last_error_code !== undefined)
    return (
      <Empty title="No folder fits these filters">
        <button type="button" onClick={() => change({})}>
          Remove all filters
        </button>
      </Empty>
    );
  return (
    <Empty title="No folder has been read yet">
      <p>A sync of a mailbox reads its folders.</p>
      {search.credential_id === undefined && (
        <Link to="/a/$account/credentials" params={{ account }}>
          See the credentials
        </Link>
      )}
    </Empty>
  );
}
