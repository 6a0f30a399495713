import * as z from 'zod';
import { settings } from './environment.ts';

const schema = z.object({
  IMAP_PORTS: settings.IMAP_PORTS,
  IMAP_LOOPBACK: settings.IMAP_LOOPBACK,
  IMAP_PLAINTEXT: settings.IMAP_PLAINTEXT,
  IMAP_SILENCE_MS: settings.IMAP_SILENCE_MS,
});

export type ImapPolicy = {
  readonly ports: ReadonlySet<number> | 'any';
  readonly loopback: 'allow' | 'deny';
  readonly plaintext: 'allow' | 'deny';
  /** How long a server may be silent while a command runs. */
  readonly silenceMs: number;
};

/** Where and how this deployment lets credentials connect, from the environment. */
export function imapPolicy(environment: unknown): ImapPolicy {
  const parsed = schema.parse(environment);
  const { IMAP_PORTS: ports, IMAP_LOOPBACK: loopback, IMAP_PLAINTEXT: plaintext, IMAP_SILENCE_MS: silenceMs } = parsed;
  return { ports: ports === 'any' ? 'any' : new Set(ports.split(',').map(Number)), loopback, plaintext, silenceMs };
}
