import { randomBytes } from 'node:crypto';

/** What the clients of the engines sign their requests with. The session token is the secret of one start. */
export type StartCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
};

/** Credentials with a session token that no other start has. */
export function newStartCredentials(): StartCredentials {
  return { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: randomBytes(32).toString('base64url') };
}
