import * as z from 'zod';
import { categoryOf, type FailureCode } from '../../domain/failure/catalogue.ts';
import { EXPLANATIONS } from '../../domain/failure/explanations.ts';
import { failureCategory, failureCode, failureWho } from '../../domain/failure/schema.ts';

/** The result of a login test. A failure has the texts of `GET /api/failures`. */
export const credentialTestResource = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), capabilities: z.array(z.string()), mailboxes: z.int() }),
  z.strictObject({
    ok: z.literal(false),
    code: failureCode,
    category: failureCategory,
    detail: z.string().meta({ description: 'What the mail server said, without secrets; at most 300 characters.' }),
    title: z.string().meta({ description: 'What the code means, as in `GET /api/failures`.' }),
    who: failureWho.meta({ description: 'Who must act to end the failure.' }),
    next_step: z.string().meta({ description: 'The next step, as in `GET /api/failures`.' }),
  }),
]);
export type CredentialTestResource = z.infer<typeof credentialTestResource>;

/** The result of a test that succeeded. */
export const goodTest = (seen: {
  readonly capabilities: readonly string[];
  readonly mailboxes: number;
}): CredentialTestResource => ({ ok: true, capabilities: [...seen.capabilities], mailboxes: seen.mailboxes });

/** The result of a test that failed with this code. */
export function failedTest(code: FailureCode, detail: string): CredentialTestResource {
  const { title, who, next_step } = EXPLANATIONS[code];
  return { ok: false, code, category: categoryOf(code), detail, title, who, next_step };
}
