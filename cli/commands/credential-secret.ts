/**
 * Reads the secret of a mailbox from a prompt that does not show it, or from standard input. It is never an argument.
 */
import type { Command } from 'commander';
import * as z from 'zod';
import type { Schemas } from '../../client/index.ts';
import { flag, value } from '../command-line/options.ts';
import { words } from '../command-line/values.ts';
import { UsageError } from '../errors.ts';
import { answerTo, hasTerminal, secretFor, standardInput } from '../terminal.ts';

const oauthSecrets = z.strictObject({ client_secret: z.string(), refresh_token: z.string() });

/** Declares the options. The getter asks for missing values; `isOauth` says which kind of secret is needed. */
export function secretOptions(command: Command): (isOauth: boolean) => Promise<Schemas['Secret']> {
  const username = value(command, '--username <name>', 'the user name at the mail server', words);
  const fromStdin = flag(
    command,
    '--secret-stdin',
    'read the password from standard input; for OAuth a JSON object with client_secret and refresh_token',
  );
  const clientId = value(command, '--oauth-client-id <id>', 'for OAuth: the id of the client', words);
  const tokenUrl = value(command, '--token-url <url>', 'for OAuth: the token endpoint', words);
  const scope = value(command, '--scope <scope>', 'for OAuth', words);
  return async (isOauth) => {
    const name = username() ?? (await named());
    if (!isOauth) {
      const password = fromStdin() ? await standardInput() : await secretFor('Password', '--secret-stdin');
      return { username: name, password };
    }
    const [client_id, token_url] = [clientId(), tokenUrl()];
    if (client_id === undefined || token_url === undefined)
      throw new UsageError('OAuth needs --oauth-client-id and --token-url.');
    const secrets = fromStdin() ? parsed(await standardInput()) : await asked();
    const wanted = scope();
    return { username: name, client_id, token_url, ...secrets, ...(wanted === undefined ? {} : { scope: wanted }) };
  };
}

async function named(): Promise<string> {
  if (!hasTerminal()) throw new UsageError('Name the user with --username.');
  return answerTo('User name: ');
}

async function asked(): Promise<z.output<typeof oauthSecrets>> {
  const client_secret = await secretFor('Client secret', '--secret-stdin');
  return { client_secret, refresh_token: await secretFor('Refresh token', '--secret-stdin') };
}

function parsed(text: string): z.output<typeof oauthSecrets> {
  try {
    return oauthSecrets.parse(JSON.parse(text));
  } catch {
    throw new UsageError('Standard input must be a JSON object with client_secret and refresh_token.');
  }
}
