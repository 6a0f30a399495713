/** The payloads in requests, by action: in the stored form, and for actions on messages also by email ids. */
import * as z from 'zod';
import { ACTIONS, type ActionName } from '../domain/action/catalogue.ts';
import { messageSet } from '../domain/action/message-set.ts';
import { emailId } from '../domain/ids/ids.ts';

const MAX_EMAIL_IDS = 500;

export const emailIds = z
  .array(emailId)
  .min(1)
  .max(MAX_EMAIL_IDS)
  .refine((ids) => new Set(ids).size === ids.length, 'must not repeat an id')
  .meta({ uniqueItems: true });

/** The fields that `email_ids` replaces. */
export const NAMED_BY_EMAIL_IDS: readonly string[] = Object.keys(messageSet);

const shapeOf = (action: ActionName): Readonly<Record<string, z.ZodType>> => ACTIONS[action].payload.shape;

/** Whether the action works on messages, which a request may name by `email_ids`. */
export const takesEmailIds = (action: ActionName): boolean =>
  NAMED_BY_EMAIL_IDS.every((field) => Object.hasOwn(shapeOf(action), field));

/**
 * The action's payload with `email_ids` instead of folder, UIDVALIDITY and UIDs; null for an action without messages.
 * It describes the request only: the stored payload is checked by the action's own schema.
 */
export function payloadByEmailIds(action: ActionName): z.ZodObject | null {
  if (!takesEmailIds(action)) return null;
  const others = Object.entries(shapeOf(action)).filter(([field]) => !NAMED_BY_EMAIL_IDS.includes(field));
  const byEmailIds = z.strictObject({ email_ids: emailIds, ...Object.fromEntries(others) });
  const rules = ACTIONS[action].payload.meta();
  return rules === undefined ? byEmailIds : byEmailIds.meta(rules);
}
