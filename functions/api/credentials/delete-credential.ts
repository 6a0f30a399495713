import { isPaused } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { credentialLastStateOf } from '../../domain/credential/last-state.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, assertMatches, type By, byCaller, nothing, openedFrom } from '../append-own.ts';
import { deleteCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { type CredentialUsers, release, usersOf } from './credential-users.ts';

/** Mail metadata that remains after this time is unreachable: no route shows mail of a deleted credential. */
const ERASE_MS = 15_000;

/**
 * Deletes a credential. A credential in use is only deleted by force. Then the secret is destroyed at once, so that no
 * attempt can log in any more. Its jobs are resolved, its schedules suspended and its webhook endpoints disabled. Jobs
 * beyond the first thousand fail with `credential_not_found` when their turn comes. A repeated request finishes what a
 * crash interrupted.
 */
export const deleteCredential = (ports: CredentialPorts) =>
  endpoint(deleteCredentialContract, async (request) => {
    const { log, views, vault } = ports;
    const { accounts, params, query, now } = request;
    const id = params.credential_id;
    const by = byCaller(request);
    const events = await log.current(id);
    const before = foldCredential(events);
    if (before?.deleted && accounts.includes(before.account_id))
      await clearUp(id, await usersOf(views, before.account_id, id), by, ports);
    const opened = await openedFrom(events, id, by, foldCredential);
    const { account_id: accountId, version } = opened.state;
    assertMatches(by, version);
    const users = await usersOf(views, accountId, id);
    const forced = query.force === 'true';
    const counts = {
      open_jobs: users.jobs.length,
      scheduled_tasks: users.tasks.length,
      webhook_endpoints: users.endpoints.length,
    };
    if (!forced && Object.values(counts).some((count) => count > 0))
      throw new Problem('credential_in_use', { members: counts });
    const connection = (await vault.connections([id])).get(id) ?? null;
    const isOwn = connection !== null && connection !== 'unreadable' && connection.account_id === accountId;
    // The secret first: in the other order, a crash in between would leave a secret without a credential.
    await vault.destroy(id);
    const decide = (credential: Credential): CredentialEvent => ({
      type: 'CredentialDeleted',
      data: {
        force: forced,
        reason: query.reason ?? null,
        last_state: credentialLastStateOf(credential, isOwn ? connection : null, isPaused(credential, now)),
      },
    });
    // If-Match was checked above. From here on the credential has no secret, so the deletion must not be refused.
    await appendOwn(log, { ...opened, by: { ...by, ifMatch: null } }, decide, nothing);
    await clearUp(id, users, by, ports);
    return { status: 204 };
  });

/** Ends the uses of a deleted credential and erases its mail, as far as the time of the request allows. */
async function clearUp(id: string, users: CredentialUsers, by: By, { log, mail }: CredentialPorts): Promise<void> {
  await release(users, id, by, log);
  const until = Date.parse(by.at) + ERASE_MS;
  await mail.eraseCredential(id, false, () => Date.now() < until);
}
