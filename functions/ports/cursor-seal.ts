/** What a cursor is good for. Opened with any other binding it is refused. */
export type CursorBinding = { readonly account: string; readonly operation: string; readonly filter: unknown };

/** A cursor that is forged, foreign, from another query, or from before a key change. */
export class InvalidCursor extends Error {
  constructor() {
    super('invalid cursor');
    this.name = 'InvalidCursor';
  }
}

export interface CursorSeal {
  seal(position: unknown, binding: CursorBinding): Promise<string>;
  /** Throws InvalidCursor. */
  open(cursor: string, binding: CursorBinding): Promise<unknown>;
  /** HMAC-SHA256 of a text under the deployment's key, base64url: what an Idempotency-Key remembers of its body. */
  fingerprint(text: string): Promise<string>;
}
