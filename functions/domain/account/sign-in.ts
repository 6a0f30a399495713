import * as z from 'zod';

const client = z.string().min(1).nullable();

/** Where callers sign in, and for whom tokens must be made. */
export const signInSchema = z.strictObject({
  issuer: z.string().min(1),
  audiences: z.array(z.string().min(1)).min(1),
  scopes: z.array(z.string().min(1)),
  clients: z.strictObject({ console: client, cli: client }),
});

/** The public sign-in data of a deployment: issuer, clients and scopes. */
export type SignIn = z.infer<typeof signInSchema>;

/** The same as JSON text, as an environment variable carries it. */
export const signInText = z
  .string()
  .transform((text, { addIssue }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  })
  .pipe(signInSchema);
