import { type Credential, type CredentialEvent, foldCredential } from '../../domain/credential/credential.ts';
import { userActor } from '../../domain/event/actors.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { ownCredential } from '../own.ts';

export type By = {
  readonly uid: string;
  readonly at: string;
  readonly accounts: readonly string[];
  readonly ifMatch: number | null;
};

/** Decides on the credential as it is now and appends; the answer is the credential after it. Throws Problem. */
export async function appendCredentialEvent(
  log: EventLog,
  credentialId: string,
  by: By,
  decide: (credential: Credential) => CredentialEvent,
): Promise<Credential> {
  await appendRetrying(log, async () => {
    const credential = await ownCredential(log, credentialId, by.accounts);
    if (by.ifMatch !== null && by.ifMatch !== credential.version) throw new Problem('version_conflict');
    return {
      events: [
        {
          streamId: credentialId,
          version: credential.version + 1,
          accountId: credential.account_id,
          actor: userActor(by.uid),
          at: by.at,
          event: decide(credential),
          audited: true,
        },
      ],
      result: null,
    };
  });
  const credential = foldCredential(await log.read(credentialId));
  if (credential === null) throw new Problem('not_found');
  return credential;
}
