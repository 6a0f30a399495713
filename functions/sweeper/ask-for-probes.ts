import { CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';

/**
 * Asks workers to log in with parked credentials; each decides on the log whether that is still to be done. Returns how
 * many messages the queue took.
 */
export async function askForProbes(
  credentialIds: readonly string[],
  { queue, views }: { readonly queue: WorkQueue; readonly views: Pick<Views, 'get'> },
): Promise<number> {
  const rows = await views.get(credentialIds, { consistent: false });
  const messages = credentialIds.map((id) => {
    const row = rows.get(id);
    const credential = row === undefined ? null : CREDENTIAL_PROJECTION.fromRow(row);
    const account = credential === null ? {} : { account_id: credential.account_id };
    return { message: { probe: true as const, credential_id: id, ...account }, delayMs: 0 };
  });
  return messages.length - (await queue.send(messages)).length;
}
