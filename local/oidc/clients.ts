/** The public clients that may sign somebody in, and where their codes may be sent. */
export const CONSOLE_CLIENT = 'inbox-manager-console';
export const CLI_CLIENT = 'inbox-manager-cli';

export type ClientId = typeof CONSOLE_CLIENT | typeof CLI_CLIENT;

const CALLBACK = '/callback';

/** The client of that id; null when there is none. */
export const clientOf = (id: string | null): ClientId | null =>
  id === CONSOLE_CLIENT || id === CLI_CLIENT ? id : null;

/**
 * Whether a code of the client may be sent there. The console: exactly `/callback` of this server. The command line:
 * `/callback` of a server on 127.0.0.1, whose port nobody can know before (RFC 8252, section 7.3). Not `[::1]`, which
 * no content security policy of a form can name.
 */
export function isOwnRedirect(client: ClientId, redirectUri: string, origin: string): boolean {
  if (client === CONSOLE_CLIENT) return redirectUri === `${origin}${CALLBACK}`;
  const port = /^http:\/\/127\.0\.0\.1:([1-9]\d{0,4})\/callback$/.exec(redirectUri)?.[1];
  return port !== undefined && Number(port) <= 65_535 && redirectUri !== `${origin}${CALLBACK}`;
}
