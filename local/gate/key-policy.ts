import * as z from 'zod';
import { ACCOUNT, type Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';

/** The policy with which KMS lets the roles of the account decide (AWS: "Default key policy"). */
const key = z.strictObject({
  KeyPolicy: z.strictObject({
    Version: z.literal('2012-10-17'),
    Statement: z.tuple([
      z.strictObject({
        Action: z.literal('kms:*'),
        Effect: z.literal('Allow'),
        Principal: z.strictObject({ AWS: z.literal(`arn:aws:iam::${ACCOUNT}:root`) }),
        Resource: z.literal('*'),
      }),
    ]),
  }),
});

/** Throws Complaint when the key's own policy does more than let the roles decide. */
export function requireRolesDecide(resource: Resource): void {
  hosted(resource, key);
}
