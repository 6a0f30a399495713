import * as z from 'zod';
import { accountId } from '../../functions/domain/ids/ids.ts';
import { role } from '../../functions/domain/role/role.ts';

/** The person who signs in, as the claims of the tokens. */
export const personSchema = z.strictObject({
  accounts: z.array(accountId).min(1).max(20),
  role,
  uid: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}]+$/u),
});
export type Person = z.infer<typeof personSchema>;

/** The person that the sign-in page suggests. */
export const DEMO_PERSON: Person = { accounts: ['acc_demo'], role: 'owner', uid: 'demo' };
