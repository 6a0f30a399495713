import { type ConnectionSettings, MailboxFailure } from '../ports/mailbox.ts';

/**
 * Logs in. A provider may take an access token back before its time: then another one is asked for, once. `settingsOf`
 * gives the settings, with another token than the refused one.
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
