import {
  type Credential,
  type CredentialEvent,
  foldCredential,
  type RecordedCredentialEvent,
  recordedCredentialEventSchema,
} from '../../domain/credential/credential.ts';
import { userActor } from '../../domain/event/actors.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { type CommandKey, earlierResult } from '../command/idempotency.ts';
import { ownCredential } from '../own.ts';

export type By = {
  readonly uid: string;
  readonly at: string;
  readonly requestId: string;
  readonly accounts: readonly string[];
  readonly ifMatch: number | null;
  /** Null: the request stands for itself. */
  readonly key: CommandKey | null;
};

export type Appended = {
  /** The credential after the event. */
  readonly credential: Credential;
  /** The event that an earlier request under the same key made; null when this one made its own. */
  readonly earlier: RecordedCredentialEvent | null;
};

/** Decides on the credential as it is now and appends, once under one key. Throws Problem. */
export async function appendCredentialEvent(
  log: EventLog,
  credentialId: string,
  by: By,
  decide: (credential: Credential) => CredentialEvent,
): Promise<Appended> {
  const result = await appendRetrying<{ earlier: RecordedCredentialEvent | null; version: number }>(log, async () => {
    const earlier = by.key === null ? null : earlierResult(await log.read(credentialId), by.key);
    if (earlier !== null)
      return {
        events: null,
        result: { earlier: recordedCredentialEventSchema.parse(earlier), version: earlier.version },
      };
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
          requestId: by.requestId,
          event: decide(credential),
          audited: true,
          ...(by.key === null ? {} : { commandId: by.key.commandId, fingerprint: by.key.fingerprint }),
        },
      ],
      result: { earlier: null, version: credential.version + 1 },
    };
  });
  const history = await log.read(credentialId);
  const credential = foldCredential(history.filter(({ version }) => version <= result.version));
  if (credential === null) throw new Problem('not_found');
  return { credential, earlier: result.earlier };
}
