import type { Account } from '../../domain/account/account.ts';
import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { matchesCredentialFilter } from '../../domain/credential/credential-filter.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { ACCOUNT_PROJECTION, CREDENTIAL_PROJECTION } from '../../domain/views/entity-views.ts';
import { credentialsOf } from '../../domain/views/keys.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openIndexPosition, openPosition, rowPosition, sealIndexPosition, sealPosition } from '../../http/positions.ts';
import { Problem } from '../../http/problem.ts';
import type { Unreadable } from '../../ports/credential-vault.ts';
import type { Views } from '../../ports/views.ts';
import { countWaiting, countWaitingNow } from '../../queries/count-waiting.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import { searchRows } from '../../queries/search-rows.ts';
import type { ReadPorts } from '../read-ports.ts';
import { getCredentialContract, listCredentialsContract, searchCredentialsContract } from './contracts.ts';
import { toCredentialResource } from './resource.ts';

/** Lists the account's credentials, newest first. */
export const listCredentials = ({ views, cursors, vault }: ReadPorts) =>
  endpoint(listCredentialsContract, async ({ accountId, query: { limit, cursor, offset }, now }) => {
    const binding = { account: accountId, operation: 'listCredentials', filter: {} };
    const after = await openIndexPosition(cursors, cursor, binding);
    const page = await pageOfViews(
      views,
      { index: 'account', key: credentialsOf(accountId) },
      { limit, offset, after },
      (row) => {
        const credential = CREDENTIAL_PROJECTION.fromRow(row);
        return credential?.account_id === accountId ? credential : null;
      },
    );
    const connections = await vault.connections(page.items.map(({ id }) => id));
    const account = await accountRowOf(accountId, views);
    const resources = page.items.map(async (credential) => {
      const connection = connections.get(credential.id);
      return connection === undefined
        ? []
        : [toCredentialResource(credential, connection, await countWaiting(credential, account, views, now), now)];
    });
    return {
      status: 200,
      data: (await Promise.all(resources)).flat(),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** Searches the account's credentials. */
export const searchCredentials = ({ views, cursors, vault }: ReadPorts) =>
  endpoint(searchCredentialsContract, async ({ accountId, body: { limit, cursor, offset, filter, sort }, now }) => {
    const binding = { account: accountId, operation: 'searchCredentials', filter: { filter, sort } };
    const position = await openPosition(cursors, cursor, binding, rowPosition);
    const request = { newestFirst: sort === '-created_at', limit, offset, position, now };
    const found = await searchRows(
      views,
      { key: credentialsOf(accountId), createdAt: filter.created_at, ...request },
      async (rows) => {
        const credentials = rows.flatMap((row) => CREDENTIAL_PROJECTION.fromRow(row) ?? []);
        const connections = await vault.connections(credentials.map(({ id }) => id));
        const chosen = new Map<string, { credential: Credential; connection: Connection | Unreadable }>();
        for (const credential of credentials) {
          const connection = connections.get(credential.id);
          if (connection === undefined || credential.account_id !== accountId) continue;
          const fields = connection === 'unreadable' ? null : connection;
          if (matchesCredentialFilter(credential, fields, filter, now))
            chosen.set(credential.id, { credential, connection });
        }
        return chosen;
      },
    );
    const account = await accountRowOf(accountId, views);
    const resources = found.items.map(async ({ credential, connection }) =>
      toCredentialResource(credential, connection, await countWaiting(credential, account, views, now), now),
    );
    return {
      status: 200,
      data: await Promise.all(resources),
      page: { limit, next_cursor: await sealPosition(cursors, found.next, binding) },
      coverage: found.coverage,
    };
  });

/** Gets one credential, folded from the log. */
export const getCredential = ({ log, views, vault }: ReadPorts) =>
  endpoint(getCredentialContract, async ({ accounts, params, now }) => {
    const credential = foldCredential(await log.current(params.credential_id));
    if (credential === null || credential.deleted || !accounts.includes(credential.account_id))
      throw new Problem('not_found');
    const connection = (await vault.connections([credential.id])).get(credential.id);
    if (connection === undefined) throw new Problem('not_found');
    const waiting = await countWaitingNow(credential, { log, views }, now);
    const data = toCredentialResource(credential, connection, waiting, now);
    return { status: 200, data, etag: credential.version };
  });

/** The account from its view row, as searches of jobs read it. Null: it was never paused. */
async function accountRowOf(accountId: string, views: Views): Promise<Account | null> {
  const row = (await views.get([accountId], { consistent: false })).get(accountId);
  return row === undefined ? null : ACCOUNT_PROJECTION.fromRow(row);
}
