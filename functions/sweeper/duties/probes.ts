import { CREDENTIAL_PROJECTION } from '../../domain/views/entity-views.ts';
import type { Sweep } from '../sweep-ports.ts';

/** Asks workers to log in with parked credentials. Each worker checks in the log whether a login is still needed. */
export async function askForProbes(ids: readonly string[], { queue, views, result }: Sweep): Promise<void> {
  const rows = await views.get(ids, { consistent: false });
  const messages = ids.map((id) => {
    const row = rows.get(id);
    const credential = row === undefined ? null : CREDENTIAL_PROJECTION.fromRow(row);
    const account = credential === null ? {} : { account_id: credential.account_id };
    return { message: { probe: true as const, credential_id: id, ...account }, delayMs: 0 };
  });
  result.probed += messages.length - (await queue.send(messages)).length;
}
