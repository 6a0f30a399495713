/**
 * The id of a failure group is made from the account, the failure code and the mail server of its jobs. So the group
 * needs no creation, and the counter finds its row without a read. Callers must treat the id as opaque.
 */
import * as z from 'zod';
import { type FailureCode, isFailureCode } from '../failure/catalogue.ts';
import { accountId } from '../ids/ids.ts';

/** `host`: `host:port` of the mail server that the attempt was for; null if it is not known. */
export type GroupKey = { readonly account_id: string; readonly code: FailureCode; readonly host: string | null };

const PREFIX = 'fgr_';
/** A host name has at most 253 characters (RFC 1035, section 2.3.4); stored names may be longer. */
const MAX_LENGTH = 800;
const SEPARATOR = '/';

export const failureGroupId = z
  .string()
  .max(MAX_LENGTH)
  .regex(/^fgr_[A-Za-z0-9_-]+$/, 'must be an id fgr_…');

export const groupIdOf = ({ account_id, code, host }: GroupKey): string =>
  PREFIX + toBase64Url([account_id, code, host ?? ''].join(SEPARATOR));

/** The key that the id contains; null if the text is not the id of a group. Each group has exactly one id. */
export function groupKeyOf(id: string): GroupKey | null {
  if (!failureGroupId.safeParse(id).success) return null;
  const [account = '', code = '', ...rest] = fromBase64Url(id.slice(PREFIX.length)).split(SEPARATOR);
  const host = rest.join(SEPARATOR);
  if (rest.length === 0 || !accountId.safeParse(account).success || !isFailureCode(code)) return null;
  const key = { account_id: account, code, host: host === '' ? null : host };
  return groupIdOf(key) === id ? key : null;
}

/** Base64 for URLs (RFC 4648, section 5) of the text in UTF-8, without padding. */
function toBase64Url(text: string): string {
  const bytes = String.fromCodePoint(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The decoded text; empty if the input is not Base64. */
function fromBase64Url(encoded: string): string {
  try {
    const bytes = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0) ?? 0));
  } catch {
    return '';
  }
}
