import type { Credential } from '../../domain/credential/credential.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import type { EventLog } from '../../ports/event-log.ts';

/** The state of one credential during a batch: read from its view row once, then only the events that are newer. */
export type CredentialState = {
  readonly id: string;
  /** The state at the start of the batch. */
  readonly first: Credential | null;
  /** The present state; null when the credential does not exist. */
  read(): Promise<Credential | null>;
  /** The state to admit the next job by: the first job of the batch uses what the batch has just read. */
  forNextJob(): Promise<Credential | null>;
};

/** Reads the credential. Nothing else of the batch reads its stream from the beginning. */
export async function credentialState(id: string, log: Pick<EventLog, 'read' | 'current'>): Promise<CredentialState> {
  const first = foldCredential(await log.current(id));
  let last = first;
  let isUsed = false;

  async function read(): Promise<Credential | null> {
    isUsed = true;
    // Two reads may overlap: each continues from the state that it began with.
    const from = last;
    const next = foldCredential(from === null ? await log.current(id) : await log.read(id, from.version), from);
    if ((next?.version ?? 0) >= (last?.version ?? 0)) last = next;
    return next;
  }

  return {
    id,
    first,
    read,
    async forNextJob() {
      if (isUsed) return read();
      isUsed = true;
      return last;
    },
  };
}
