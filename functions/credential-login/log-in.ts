import { type ConnectionSettings, MailboxFailure } from '../ports/mailbox.ts';

/**
 * Logs in. A provider may revoke an access token early: then another one is requested, once. `settingsOf` returns
 * settings with a token other than the refused one.
 */
export async function logIn<Session>(
  settingsOf: (refused: string | null) => Promise<ConnectionSettings>,
  connect: (settings: ConnectionSettings) => Promise<Session>,
): Promise<Session> {
  const settings = await settingsOf(null);
  const { authentication } = settings;
  try {
    return await connect(settings);
  } catch (error) {
    const wasRefused = error instanceof MailboxFailure && error.failure.code === 'oauth_token_rejected';
    if (!wasRefused || authentication.kind !== 'oauth2') throw error;
    return connect(await settingsOf(authentication.accessToken));
  }
}
