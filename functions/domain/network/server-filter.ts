/** How a filter names mail servers: a host alone means all its ports. */
import * as z from 'zod';
import { serverName } from '../limits/mail-server.ts';

/** 253 for the longest DNS name (RFC 1035 section 2.3.4), 6 for a colon and a port. */
const MAX_LENGTH = 259;

export const mailServerName = z
  .string()
  .min(1)
  .max(MAX_LENGTH)
  .regex(/^[^\s/@?#\\]+$/, 'must be a host, or host and port like "imap.example.com:993"')
  .refine(hasNoBadPort, 'must have a port from 1 to 65535 behind the colon');

/** More than one colon means an IPv6 address, which has a port only after its brackets (RFC 3986 section 3.2.2). */
function hasNoBadPort(name: string): boolean {
  const [, port] = /^(?:\[.*\]|[^:]*):([^:]*)$/.exec(name) ?? [];
  return port === undefined || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535);
}

type Server = { readonly host: string; readonly port: number };

/** Whether one of the names means this server, in any spelling. `server` null: it is not known. */
export function namesServer(wanted: readonly string[] | undefined, server: Server | null): boolean {
  if (wanted === undefined) return true;
  if (server === null) return false;
  const known = serverName(server.host, server.port);
  return wanted.some((name) => {
    // An IPv6 address has a port only after its brackets (RFC 3986 section 3.2.2).
    const [, host, port] = /^(\[.*\]|[^:]*):(\d{1,5})$/.exec(name) ?? [];
    return known === (host === undefined ? serverName(name, server.port) : serverName(host, Number(port)));
  });
}
