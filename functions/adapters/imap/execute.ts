import type { ImapFlow, ImapResponse } from 'imapflow';
import { problem } from './problem.ts';

/** Handlers of untagged answers, by their name. */
export type Untagged = Readonly<Record<string, (answer: ImapResponse) => unknown>>;

/** A word of a command, sent as it is, or quoted if necessary. */
export const atom = (value: string) => ({ type: 'ATOM', value });

/** Sends a command of our own. The library's types mark this method as internal. */
export async function execute(
  client: ImapFlow,
  command: string,
  words: readonly unknown[],
  untagged: Untagged,
): Promise<void> {
  const answered: unknown = await call(client, 'exec', [command, words, { untagged }]);
  // The library reads nothing more until it is released.
  const release: unknown = typeof answered === 'object' && answered !== null ? Reflect.get(answered, 'next') : null;
  if (typeof release === 'function') Reflect.apply(release, answered, []);
}

/** Runs a command of the library, without the extra steps of the client's own method. */
export async function runCommand(client: ImapFlow, command: string, ...words: readonly unknown[]): Promise<void> {
  await call(client, 'run', [command, ...words]);
}

async function call(client: ImapFlow, method: string, words: readonly unknown[]): Promise<unknown> {
  const found: unknown = Reflect.get(client, method);
  if (typeof found !== 'function') throw problem('InternalError');
  return Reflect.apply(found, client, words);
}
