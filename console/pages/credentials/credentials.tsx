import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import form from '../../commands/commands.module.css';
import { isFiltered } from '../../search-parameters/flat.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import { credentialColumns } from './credential-columns.tsx';
import { CredentialFilters } from './credential-filters.tsx';
import { credentialList } from './credential-queries.ts';
import styles from './credentials.module.css';
import { type CredentialsSearch, readCredentialsSearch } from './credentials-search.ts';

/** All mailboxes of the account, with their health. */
export function Credentials() {
  const { account } = useParams({ from: '/a/$account/credentials' });
  const search = useSearch({ from: '/a/$account/credentials' });
  const isOwner = useHasRole('owner');
  const navigate = useNavigate();
  const change = (next: CredentialsSearch): void =>
    void navigate({ to: '/a/$account/credentials', params: { account }, search: readCredentialsSearch({ ...next }) });
  const open = useCallback(
    ({ id }: Schemas['Credential']): void =>
      void navigate({ to: '/a/$account/credentials/$credential', params: { account, credential: id }, search }),
    [account, navigate, search],
  );
  const columns = useMemo(() => credentialColumns(account, search), [account, search]);
  const list = credentialList(account, search);
  return (
    <Page
      title="Credentials"
      aside={
        isOwner && (
          <Link to="/a/$account/credentials/add" params={{ account }} className={form.primaryLink}>
            Add a mailbox
          </Link>
        )
      }
    >
      <CredentialFilters account={account} search={search} change={change} />
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Credentials"
          what="credentials"
          columns={columns}
          openLabel="Open the credential"
          open={open}
          empty={<Nothing account={account} search={search} change={change} />}
        />
      </div>
    </Page>
  );
}

type Properties = {
  readonly account: string;
  readonly search: CredentialsSearch;
  readonly change: (search: CredentialsSearch) => void;
};

function Nothing({ account, search, change }: Properties) {
  const isOwner = useHasRole('owner');
  if (isFiltered(search))
    return (
      <Empty title="No credential fits these filters">
        <button type="button" onClick={() => change({})}>
          Remove all filters
        </button>
      </Empty>
    );
  return (
    <Empty title="There are no mailboxes yet">
      {isOwner ? (
        <Link to="/a/$account/credentials/add" params={{ account }}>
          Add a mailbox
        </Link>
      ) : (
        <p>An owner of the account can add one.</p>
      )}
    </Empty>
  );
}
