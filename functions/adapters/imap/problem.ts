/** An error with a code that the signature table knows: how this adapter reports what imapflow does not throw. */
export function problem(code: string): Error & { readonly code: string } {
  return Object.assign(new Error(code), { code });
}
