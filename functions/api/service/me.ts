import { isPaused } from '../../domain/credential/admission.ts';
import { ACCOUNT_PROJECTION } from '../../domain/views/entity-views.ts';
import { endpoint } from '../../http/endpoint.ts';
import type { Views } from '../../ports/views.ts';
import { meContract } from './contracts.ts';

/** Shows who calls. Whether an account is paused comes from the views, which may lag by seconds. */
export const me = ({ views }: { readonly views: Pick<Views, 'get'> }) =>
  endpoint(meContract, async ({ actor, accounts, now }) => {
    const ids = [...new Set(accounts)];
    const rows = await views.get(ids, { consistent: false });
    const shown = ids.map((id) => {
      const row = rows.get(id);
      const account = row === undefined ? null : ACCOUNT_PROJECTION.fromRow(row);
      const paused = account !== null && isPaused(account, now);
      return { id, paused, paused_until: paused ? (account.paused?.until ?? null) : null };
    });
    return { status: 200, data: { uid: actor.uid, role: actor.role, accounts: shown } };
  });
