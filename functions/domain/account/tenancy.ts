type OfAccount = { readonly account_id: string };

/**
 * True if the credential belongs to another account than the task, job or endpoint that names it. Then nothing may be
 * done with it: neither account may use the other's mailbox.
 */
export function crossesAccounts(thing: OfAccount, credential: OfAccount | null): boolean {
  return credential !== null && credential.account_id !== thing.account_id;
}
