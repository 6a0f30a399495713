import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { isFiltered } from '../../search-parameters/flat.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ServerList } from '../../table/server-list.tsx';
import styles from './audit.module.css';
import { auditColumns } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditList } from './audit-queries.ts';
import { type AuditSearch, readAuditSearch } from './audit-search.ts';

/** Who changed which resource, when and why; also resources that are deleted. */
export function Audit() {
  const { account } = useParams({ from: '/a/$account/audit' });
  const search = useSearch({ from: '/a/$account/audit' });
  const navigate = useNavigate();
  const change = (next: AuditSearch): void =>
    void navigate({ to: '/a/$account/audit', params: { account }, search: readAuditSearch({ ...next }) });
  const open = useCallback(
    ({ id }: Schemas['LogEntry']): void =>
      void navigate({ to: '/a/$account/audit/$entry', params: { account, entry: id }, search }),
    [account, navigate, search],
  );
  const columns = useMemo(() => auditColumns(account, search), [account, search]);
  const list = auditList(account, search);
  return (
    <Page title="Audit">
      <AuditFilters search={search} change={change} />
      <div className={styles.list}>
        <ServerList
          key={JSON.stringify(list.key)}
          list={list}
          label="Audit"
          what="the audit"
          columns={columns}
          openLabel="Open the entry"
          open={open}
          empty={<Nothing search={search} change={change} />}
        />
      </div>
    </Page>
  );
}

function Nothing({ search, change }: { readonly search: AuditSearch; readonly change: (search: AuditSearch) => void }) {
  if (!isFiltered(search))
    return (
      <Empty title="Nobody has done anything yet">
        <p>Each command of a person, and each action of the system, will be here with its reason.</p>
      </Empty>
    );
  return (
    <Empty title="No entry fits these filters">
      <button type="button" onClick={() => change({})}>
        Remove all filters
      </button>
    </Empty>
  );
}
