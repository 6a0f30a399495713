import { isPaused } from '../../domain/credential/admission.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import type { CredentialEvent } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { credentialLastStateOf } from '../../domain/credential/last-state.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { appendOwn, byCaller } from '../append-own.ts';
import { ownCredential } from '../own.ts';
import { deleteCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { release, usersOf } from './credential-users.ts';

/** What is left of the mail metadata by then is unreachable: no route shows mail of a deleted credential. */
const ERASE_MS = 15_000;

/**
 * Deletes a credential. While it is used only by force: then the secret is destroyed at once, so that whatever still
 * runs can log in no more, its jobs are resolved, its schedules suspended and its webhook endpoints disabled. Jobs
 * beyond the first thousand fail with `credential_not_found` when their turn comes.
 */
export const deleteCredential = ({ log, views, vault, mail }: CredentialPorts) =>
  endpoint(deleteCredentialContract, async (request) => {
    const { accounts, params, query, headers, now } = request;
    const { id, version, account_id: accountId } = await ownCredential(log, params.credential_id, accounts);
    if (headers.ifMatch !== null && headers.ifMatch !== version) throw new Problem('version_conflict');
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
    // The secret first: were it the other way round, a crash in between would leave a secret that nobody can name.
    await vault.destroy(id);
    const by = { ...byCaller(request), ifMatch: null };
    await appendOwn<Credential, CredentialEvent>(log, id, by, foldCredential, (credential) => ({
      type: 'CredentialDeleted',
      data: {
        force: forced,
        reason: query.reason ?? null,
        last_state: credentialLastStateOf(credential, isOwn ? connection : null, isPaused(credential, now)),
      },
    }));
    await release(users, id, by, log);
    const until = now + ERASE_MS;
    await mail.eraseCredential(id, false, () => Date.now() < until);
    return { status: 204 };
  });
