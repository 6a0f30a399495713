/** What a cursor is bound to. It is refused with any other binding. */
export type CursorBinding = { readonly account: string; readonly operation: string; readonly filter: unknown };

/** The cursor is forged, from another account or query, or from before a key change. */
export class InvalidCursor extends Error {
  constructor() {
    super('invalid cursor');
    this.name = 'InvalidCursor';
  }
}

/** Encrypts and authenticates page cursors, so that a client can neither read nor change them. */
export interface CursorSeal {
  seal(position: unknown, binding: CursorBinding): Promise<string>;
  /** Throws InvalidCursor. */
  open(cursor: string, binding: CursorBinding): Promise<unknown>;
  /**
   * HMAC-SHA256 of a text under the deployment's key, base64url. It stands for the body of a request with an
   * Idempotency-Key.
   */
  fingerprint(text: string): Promise<string>;
}
