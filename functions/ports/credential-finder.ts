import type { SubjectKind } from '../domain/webhook/endpoint.ts';

/** Finds the credentials that an event of a provider names. */
export interface CredentialFinder {
  /** Credentials of the account with this name, the newest first. Some may have been deleted since. */
  find(accountId: string, kind: SubjectKind, value: string): Promise<readonly string[]>;
}
