import * as z from 'zod';

/** TypeID suffix: 128 bits in Crockford base32, lower case. Source: TypeID specification 0.3. */
const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';

/** The kinds of ids, by prefix. */
export const ID_PREFIXES = ['job', 'tsk', 'pc', 'eml', 'log', 'whk', 'dlv', 'blk', 'fgr'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

const idSchema = (prefix: IdPrefix) =>
  z.string().regex(new RegExp(`^${prefix}_${SUFFIX}$`), `must be an id ${prefix}_…`);

export const jobId = idSchema('job');
export const taskId = idSchema('tsk');
export const credentialId = idSchema('pc');
export const emailId = idSchema('eml');
export const bulkId = idSchema('blk');
export const logId = idSchema('log');
export const webhookEndpointId = idSchema('whk');
export const deliveryId = idSchema('dlv');

/** Opaque, from the token. Its length and characters are limited, so that it is safe in keys. */
export const accountId = z.string().regex(/^acc_[A-Za-z0-9_-]{1,64}$/, 'must be an id acc_…');

/** The prefix of an id; null if it is not an id of this service. */
export function prefixOf(id: string): IdPrefix | null {
  const prefix = id.slice(0, id.indexOf('_'));
  return ID_PREFIXES.find((known) => known === prefix) ?? null;
}
