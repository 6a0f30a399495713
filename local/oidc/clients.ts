/** The public clients that a person may sign in with, and the redirect addresses that each may use. */
export const CONSOLE_CLIENT = 'inbox-manager-console';
export const CLI_CLIENT = 'inbox-manager-cli';

export type ClientId = typeof CONSOLE_CLIENT | typeof CLI_CLIENT;

const CALLBACK = '/callback';

/** The client with that id; null when there is none. */
export const clientOf = (id: string | null): ClientId | null =>
  id === CONSOLE_CLIENT || id === CLI_CLIENT ? id : null;

/**
 * Whether the client may use this redirect address. The console: exactly `/callback` of this server. The command line:
 * `/callback` on 127.0.0.1 with any port, because the port is not known before (RFC 8252, section 7.3). `[::1]` is not
 * allowed, because the content security policy of a form cannot name it.
 */
export function isOwnRedirect(client: ClientId, redirectUri: string, origin: string): boolean {
  if (client === CONSOLE_CLIENT) return redirectUri === `${origin}${CALLBACK}`;
  const port = /^http:\/\/127\.0\.0\.1:([1-9]\d{0,4})\/callback$/.exec(redirectUri)?.[1];
  return port !== undefined && Number(port) <= 65_535 && redirectUri !== `${origin}${CALLBACK}`;
}
