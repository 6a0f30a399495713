/** The secret that signs webhooks: chosen by the user on standard input, or made by the service and written to a file. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { flag, value } from '../command-line/options.ts';
import { words } from '../command-line/values.ts';
import { UsageError } from '../errors.ts';
import { standardInput } from '../terminal.ts';

export type SecretDelivery = {
  /** The secret from standard input; undefined if the service shall make one. Throws UsageError if neither is asked for. */
  given(): Promise<string | undefined>;
  /** Writes a secret that the service made to the file, which only its owner may read. */
  keep(secret: string | null): void;
};

export function secretDelivery(command: Command): SecretDelivery {
  const fromStdin = flag(command, '--secret-stdin', 'read the secret from standard input');
  const file = value(command, '--secret-file <file>', 'write the secret that is made to this new file', words);
  return {
    async given() {
      if (fromStdin() === (file() !== undefined))
        throw new UsageError('Give --secret-stdin, or --secret-file FILE for a secret that the service makes.');
      if (fromStdin()) return standardInput();
      // The file is made first: without it a secret that nobody can read again would be in force.
      create(file() ?? '');
      return undefined;
    },
    keep(secret) {
      const path = file();
      if (path !== undefined) writeFileSync(path, `${secret ?? ''}\n`);
    },
  };
}

function create(path: string): void {
  try {
    writeFileSync(path, '', { mode: 0o600, flag: 'wx' });
  } catch {
    throw new UsageError(`The file ${path} exists, or cannot be written.`);
  }
}

/** What may be printed of an endpoint. */
export function withoutSecret<Endpoint extends { readonly secret: unknown }>({
  secret: _,
  ...rest
}: Endpoint): Omit<Endpoint, 'secret'> {
  return rest;
}
