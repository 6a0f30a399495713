/** The payloads that requests give, by action: as they are stored, and for actions on messages also by email ids. */
import * as z from 'zod';
import { ACTIONS, type ActionName } from '../domain/action/catalogue.ts';
import { messageSet } from '../domain/action/message-set.ts';
import { emailId } from '../domain/ids/ids.ts';

const MOST_EMAIL_IDS = 500;

export const emailIds = z
  .array(emailId)
  .min(1)
  .max(MOST_EMAIL_IDS)
  .refine((ids) => new Set(ids).size === ids.length, 'must not repeat an id')
  .meta({ uniqueItems: true });

/** The fields that `email_ids` stands for. */
export const NAMED_BY_EMAIL_IDS: readonly string[] = Object.keys(messageSet);

const shapeOf = (action: ActionName): Readonly<Record<string, z.ZodType>> => ACTIONS[action].payload.shape;

/** Whether the action works on messages, which a request may name by `email_ids`. */
export const takesEmailIds = (action: ActionName): boolean =>
  NAMED_BY_EMAIL_IDS.every((field) => Object.hasOwn(shapeOf(action), field));

/**
 * The action's payload with `email_ids` in the place of folder, UIDVALIDITY and UIDs; null for an action that works on no
 * messages. It describes the request: what is stored is checked by the action's own schema.
 */
export function payloadByEmailIds(action: ActionName): z.ZodObject | null {
  if (!takesEmailIds(action)) return null;
  const others = Object.entries(shapeOf(action)).filter(([field]) => !NAMED_BY_EMAIL_IDS.includes(field));
  const byEmailIds = z.strictObject({ email_ids: emailIds, ...Object.fromEntries(others) });
  const rules = ACTIONS[action].payload.meta();
  return rules === undefined ? byEmailIds : byEmailIds.meta(rules);
}
