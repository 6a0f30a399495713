import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { Age } from '../../dates/time.tsx';
import { SyncOrder, useFolderSync } from '../../jobs/mailbox-sync.tsx';
import { useFailure } from '../../service/failure-catalogue.ts';
import { useHasRole } from '../../service/who.ts';
import { Refusal } from '../../states/refusal.tsx';
import { Empty, Loading } from '../../states/states.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { credentialsKey, foldersQuery } from './credential-queries.ts';
import styles from './credentials.module.css';

type Properties = { readonly account: string; readonly credential: string };

/** The folders that syncs have seen: first those that cannot be read, with the reason. */
export function Folders({ account, credential }: Properties) {
  const failing = useInfiniteQuery(foldersQuery(account, credential, true));
  const all = useInfiniteQuery(foldersQuery(account, credential, false));
  const wrong = failing.data?.pages.flatMap(({ data }) => data) ?? [];
  const folders = all.data?.pages.flatMap(({ data }) => data) ?? [];
  const count = `${all.hasNextPage ? 'at least ' : ''}${folders.length.toLocaleString()}`;
  return (
    <section className={styles.section} aria-labelledby="folders-title">
      <h2 id="folders-title">
        Folders{folders.length > 0 && ` · ${count}`}
        {wrong.length > 0 && (
          <span className={styles.bad}>
            {' '}
            · {failing.hasNextPage && 'at least '}
            {wrong.length.toLocaleString()} in error
          </span>
        )}
      </h2>
      {all.isPending && <Loading what="folders" />}
      {all.isError && <Refusal error={all.error} what="The folders" again={() => void all.refetch()} />}
      {all.isSuccess && folders.length === 0 && !all.hasNextPage && (
        <NoFolders account={account} credential={credential} />
      )}
      {wrong.length > 0 && (
        <ul className={styles.wrongFolders} aria-label="Folders in error">
          {wrong.map((folder) => (
            <FolderError key={folder.path} folder={folder} />
          ))}
        </ul>
      )}
      {failing.hasNextPage && <More pages={failing} />}
      {folders.length > 0 && (
        <details className={styles.more}>
          <summary>All folders</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section className={styles.scroll} tabIndex={0} aria-label="All folders">
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Folder</th>
                  <th scope="col">Messages</th>
                  <th scope="col">Stored</th>
                  <th scope="col">Synced</th>
                </tr>
              </thead>
              <tbody>
                {folders.map((folder) => (
                  <tr key={folder.path}>
                    <th scope="row">
                      <ServerText>{folder.path}</ServerText>
                      {folder.last_error !== null && <span className={styles.bad}> ✕ {folder.last_error.code}</span>}
                      {!folder.selectable && <span className={styles.quiet}> holds no messages</span>}
                    </th>
                    <td>{folder.messages?.toLocaleString() ?? '–'}</td>
                    <td>{folder.synced_messages.toLocaleString()}</td>
                    <td>
                      <Age at={folder.synced_at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {all.hasNextPage && <More pages={all} />}
        </details>
      )}
    </section>
  );
}

type Pages = { readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };

function More({ pages }: { readonly pages: Pages }) {
  return (
    <button type="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
      {pages.isFetchingNextPage ? 'Reading …' : 'Continue'}
    </button>
  );
}

function FolderError({ folder: { path, last_error: error } }: { readonly folder: Schemas['Mailbox'] }) {
  const failure = useFailure(error?.code ?? null);
  if (error === null) return null;
  return (
    <li>
      <p>
        <span className={styles.bad} aria-hidden="true">
          ✕{' '}
        </span>
        <strong>
          <ServerText>{path}</ServerText>
        </strong>{' '}
        · {failure === null ? error.code : <ServerText>{failure.title}</ServerText>} · for <Age at={error.since} />
      </p>
      <p className={styles.detail}>
        <ServerText>{error.detail}</ServerText>
      </p>
      {failure !== null && (
        <p className={styles.quiet}>
          <ServerText>{failure.next_step}</ServerText>
        </p>
      )}
    </li>
  );
}

/** Shown when no folder is known. It offers the sync that reads the folders. */
function NoFolders({ account, credential }: Properties) {
  const mayOrder = useHasRole('member');
  const queries = useQueryClient();
  const sync = useFolderSync(
    { account, credential },
    () => void queries.invalidateQueries({ queryKey: credentialsKey(account) }),
  );
  return (
    <Empty title="No folder has been read yet">
      {mayOrder ? (
        <SyncOrder account={account} label="Read the folders now" command={sync} />
      ) : (
        <p>A sync of the mailbox reads them.</p>
      )}
    </Empty>
  );
}
