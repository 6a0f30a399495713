/** The search of an endpoint's page: which of its deliveries are shown. The service filters. */
import type { Schemas } from '../../../client/index.ts';
import { many, one, present } from '../../search-parameters/flat.ts';

export type DeliveryReason = NonNullable<Schemas['Delivery']['reason']>;

/** Why a delivery was refused, or made no job. */
export const REASONS: Readonly<Record<DeliveryReason, string>> = {
  endpoint_disabled: 'The endpoint was disabled',
  filtered: 'Its type is not one of the endpoint',
  no_match: 'It names no mailbox',
  credential_not_found: 'No credential has the name that it gives',
  no_signature: 'It was not signed',
  bad_signature: 'Its signature is wrong',
  wrong_claims: 'Its token is for somebody else',
  unknown_subscription: 'Its subscription is not one of the endpoint',
  expired: 'It came too late, or too early',
  malformed: 'It cannot be read',
  too_large: 'It is too large',
  misconfigured: 'The endpoint lacks a setting',
};
const isReason = (text: string): text is DeliveryReason => Object.hasOwn(REASONS, text);

export const reasonWords = (reason: string): string => (isReason(reason) ? REASONS[reason] : reason);
export const REASON_NAMES: readonly DeliveryReason[] = Object.keys(REASONS).filter(isReason);

export type DeliveriesSearch = {
  /** `true`: deliveries from the provider; `false`: samples of refused requests. */
  readonly verified?: 'true' | 'false' | undefined;
  readonly reason?: readonly DeliveryReason[] | undefined;
  /** `24h`: received in the last 24 hours. Or an instant. */
  readonly since?: string | undefined;
};

export function readDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  return present({
    verified: one(raw.verified, ['true', 'false'] as const),
    reason: many(raw.reason, REASON_NAMES),
    since: one(raw.since),
  });
}

/** The parameters for the API. It may refuse a time, because an address may hold any text. */
export function deliveryFilterOf({ verified, reason, since }: DeliveriesSearch) {
  return {
    ...(verified === undefined ? {} : { verified: verified === 'true' }),
    ...(reason === undefined ? {} : { reason: [...reason] }),
    ...(since === undefined ? {} : { since: /^\d{1,6}[smhdw]$/.test(since) ? `-${since}` : since }),
  };
}
