import { isPaused } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { credentialLastStateOf } from '../../domain/credential/last-state.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, assertMatches, byCaller, nothing, openOwn } from '../append-own.ts';
import { deleteCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { release, usersOf } from './credential-users.ts';

/** Mail metadata that remains after this time is unreachable: no route shows mail of a deleted credential. */
const ERASE_MS = 15_000;

/**
 * Deletes a credential. A credential in use is only deleted by force. Then the secret is destroyed at once, so that no
 * attempt can log in any more. Its jobs are resolved, its schedules suspended and its webhook endpoints disabled. Jobs
 * beyond the first thousand fail with `credential_not_found` when their turn comes.
 */
export const deleteCredential = ({ log, views, vault, mail }: CredentialPorts) =>
  endpoint(deleteCredentialContract, async (request) => {
    const { params, query, now } = request;
    const by = byCaller(request);
    const opened = await openOwn(log, params.credential_id, by, foldCredential);
    const { id, account_id: accountId, version } = opened.state;
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
    await release(users, id, by, log);
    const until = now + ERASE_MS;
    await mail.eraseCredential(id, false, () => Date.now() < until);
    return { status: 204 };
  });
