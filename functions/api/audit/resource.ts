import * as z from 'zod';
import { AUDIT_ACTIONS } from '../../domain/audit/actions.ts';
import { SUBJECTS } from '../../domain/audit/entry.ts';
import { actorSchema } from '../../domain/event/event.ts';

/** An audit entry, as the API shows it. */
export const logResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  subject: z.enum(SUBJECTS),
  subject_id: z.string(),
  action: z.string().meta({ enum: AUDIT_ACTIONS }),
  status: z.enum(['succeeded', 'failed']),
  data: z.unknown(),
  actor: actorSchema,
  at: z.iso.datetime(),
  request_id: z.string().nullable(),
});
