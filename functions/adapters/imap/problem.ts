/** An error with a code of the signature table: this adapter uses it to report what imapflow does not throw. */
export function problem(code: string): Error & { readonly code: string } {
  return Object.assign(new Error(code), { code });
}
