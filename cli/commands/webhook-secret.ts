/**
 * The secret that signs webhooks: chosen by the user on standard input, or made by the service and written to a file.
 */
import { unlinkSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { flag, value } from '../command-line/options.ts';
import { words } from '../command-line/values.ts';
import { UsageError } from '../errors.ts';
import { standardInput } from '../terminal.ts';

export type SecretDelivery = {
  /**
   * The secret from standard input; undefined if the service shall make one. Throws UsageError if neither option is
   * given, or both, or one of them for a provider without secrets. `provider`: null if it is not known.
   */
  given(provider: string | null): Promise<string | undefined>;
  /**
   * Sends the command, and writes a secret that the service made to the file, which only its owner may read. Without a
   * secret in the reply there is no file. Throws UsageError if the file cannot be made; then nothing was sent.
   */
  send<Endpoint extends WithSecret>(command: () => Promise<{ readonly data: Endpoint }>): Promise<Endpoint>;
};

type WithSecret = { readonly id: string; readonly secret: string | null };

/** Gmail signs its events with a key of its own (OpenID Connect). */
const WITHOUT_SECRET = 'gmail';

export function secretDelivery(command: Command): SecretDelivery {
  const fromStdin = flag(command, '--secret-stdin', 'read the secret from standard input');
  const file = value(command, '--secret-file <file>', 'write the secret that is made to this new file', words);
  return {
    async given(provider) {
      const isNamed = file() !== undefined;
      if (provider === WITHOUT_SECRET) {
        if (fromStdin() || isNamed) throw new UsageError(`An endpoint of ${provider} has no secret.`);
        return undefined;
      }
      if (fromStdin() === isNamed)
        throw new UsageError('Give --secret-stdin, or --secret-file FILE for a secret that the service makes.');
      return fromStdin() ? standardInput() : undefined;
    },
    async send(sent) {
      const path = file();
      if (path === undefined) return (await sent()).data;
      // The file is made first: without it a secret that nobody can read again would be in force.
      create(path);
      try {
        const { data } = await sent();
        if (data.secret === null) throw new SecretMissing(data.id, path);
        writeFileSync(path, `${data.secret}\n`);
        return data;
      } catch (error) {
        unlinkSync(path);
        throw error;
      }
    },
  };
}

/** The reply to an earlier try was lost, and the service shows a secret once. */
class SecretMissing extends Error {
  override readonly name = 'SecretMissing';

  constructor(id: string, path: string) {
    super(
      `The service did not show the secret of ${id}. Rotate again: inboxctl webhooks rotate ${id} --secret-file ${path}`,
    );
  }
}

function create(path: string): void {
  try {
    writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  } catch {
    throw new UsageError(`The file ${path} exists, or cannot be written.`);
  }
}

/** The endpoint without its secret, for printing. */
export function withoutSecret<Endpoint extends { readonly secret: unknown }>({
  secret: _,
  ...rest
}: Endpoint): Omit<Endpoint, 'secret'> {
  return rest;
}
