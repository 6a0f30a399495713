import { randomBytes } from 'node:crypto';

/** The credentials of the engines' clients. The session token is a secret of one start. */
export type StartCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
};

/** The access key id of the stack itself. */
export const OWN_KEY = 'local';

/** The stack's own credentials, with a session token that no other start has. */
export const newStartCredentials = (): StartCredentials => newCredentials(OWN_KEY);

/** Credentials of this access key id, with a session token that no others have. */
export function newCredentials(accessKeyId: string): StartCredentials {
  return { accessKeyId, secretAccessKey: 'local', sessionToken: randomBytes(32).toString('base64url') };
}

/** The same credentials as environment variables of a function. */
export function credentialsEnvironment({ accessKeyId, secretAccessKey, sessionToken }: StartCredentials) {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}
