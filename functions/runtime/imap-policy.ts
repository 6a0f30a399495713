import * as z from 'zod';
import { settings } from './environment.ts';

const schema = z.object({
  IMAP_PORTS: settings.IMAP_PORTS,
  IMAP_LOOPBACK: settings.IMAP_LOOPBACK,
  IMAP_PLAINTEXT: settings.IMAP_PLAINTEXT,
});

/** The connections that a deployment allows. */
export type ImapPolicy = {
  readonly ports: ReadonlySet<number> | 'any';
  readonly loopback: 'allow' | 'deny';
  readonly plaintext: 'allow' | 'deny';
};

/** The hosts, ports and modes that this deployment allows for connections, from the environment. */
export function imapPolicy(environment: unknown): ImapPolicy {
  const { IMAP_PORTS: ports, IMAP_LOOPBACK: loopback, IMAP_PLAINTEXT: plaintext } = schema.parse(environment);
  return { ports: ports === 'any' ? 'any' : new Set(ports.split(',').map(Number)), loopback, plaintext };
}
