/** The search of an endpoint's page: which of its deliveries are shown. The service filters. */
import type { Input, Schemas } from '../../../client/index.ts';
import { many, one, present, sinceOf, uncheckedFor, yesOrNo } from '../../search-parameters/flat.ts';

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

/** The search as it is in the address. Unknown values are kept, so that the service reports the problem. */
export type DeliveriesSearch = {
  /** `true`: deliveries from the provider; `false`: samples of refused requests. */
  readonly verified?: string | undefined;
  readonly reason?: readonly string[] | undefined;
  /** `24h`: received in the last 24 hours. Or an instant. */
  readonly since?: string | undefined;
};

export function readDeliveriesSearch(raw: Record<string, unknown>): DeliveriesSearch {
  return present({ verified: one(raw.verified), reason: many(raw.reason), since: one(raw.since) });
}

type Parameters = Omit<Input<'listDeliveries'>, 'webhook_endpoint_id'>;

/** The parameters for the API. They may hold values that it refuses, because an address may hold any text. */
export const deliveryFilterOf = ({ verified, reason, since }: DeliveriesSearch): Parameters =>
  uncheckedFor({
    verified: yesOrNo(verified),
    reason,
    since: since === undefined ? undefined : sinceOf(since),
  });
