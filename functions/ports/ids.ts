import type { IdPrefix } from '../domain/ids/ids.ts';

/** Makes ids and random tokens. */
export interface Ids {
  /** A new id, sortable by creation time. */
  next(prefix: IdPrefix): string;
  /** Always the same id for the same parts, so that a create is idempotent. */
  derive(prefix: IdPrefix, parts: readonly string[]): string;
  /** 128 bits that identify these parts. */
  digest(parts: readonly string[]): string;
  /** 128 random bits for append ids and lease ids. */
  token(): string;
}
