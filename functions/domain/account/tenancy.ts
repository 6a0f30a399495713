type OfAccount = { readonly account_id: string };

/**
 * Whether a credential is of another account than the task, job or endpoint that names it. Nothing may be done with it
 * then: not for the one account, whose it is not, and not for the other, which did not ask.
 */
export function crossesAccounts(thing: OfAccount, credential: OfAccount | null): boolean {
  return credential !== null && credential.account_id !== thing.account_id;
}
