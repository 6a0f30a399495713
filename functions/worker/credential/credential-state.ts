import type { Credential } from '../../domain/credential/credential.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import type { EventLog } from '../../ports/event-log.ts';

/** The state of one credential during a batch: read from its view row once, then only the events that are newer. */
export type CredentialState = {
  readonly id: string;
  /** The present state; null when the credential does not exist. */
  read(): Promise<Credential | null>;
  /** The state to admit the next job by: the first job of the batch uses what the batch has just read. */
  forNextJob(): Promise<Credential | null>;
};

/** Reads the credential. Nothing else of the batch reads its stream from the beginning. */
export async function credentialState(id: string, log: Pick<EventLog, 'read' | 'current'>): Promise<CredentialState> {
  let last = foldCredential(await log.current(id));
  let isUsed = false;

  async function read(): Promise<Credential | null> {
    isUsed = true;
    last =
      last === null ? foldCredential(await log.current(id)) : foldCredential(await log.read(id, last.version), last);
    return last;
  }

  return {
    id,
    read,
    async forNextJob() {
      if (isUsed) return read();
      isUsed = true;
      return last;
    },
  };
}
