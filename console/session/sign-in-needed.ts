/** The session has ended; whatever was asked for was not done. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
}
