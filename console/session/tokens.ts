export type Tokens = {
  readonly access: string;
  /** Null: the issuer gave none, so the person signs in again when the access token ends. */
  readonly refresh: string | null;
  /** Of the clock of this page, ms. */
  readonly expiresAt: number;
  /** Whom the ID token names. */
  readonly subject: string;
};
