import type { SubjectKind } from '../domain/webhook/endpoint.ts';

export interface CredentialFinder {
  /** Credentials of the account that go by this name, the one added last first. Some may have been deleted since. */
  find(accountId: string, kind: SubjectKind, value: string): Promise<readonly string[]>;
}
