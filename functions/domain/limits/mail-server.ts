/**
 * The canonical name of a mail server, for counting. Spellings that lead to the same server give the same name (case,
 * a final dot, forms of an address, international names).
 */
export function serverName(host: string, port: number): string {
  const bare = host.trim().replace(/\.+$/, '');
  const address = bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare;
  const url = URL.parse(`http://${address}/`);
  const name = url === null ? bare.toLowerCase() : url.hostname;
  return `${name.replace(/\.+$/, '')}:${port}`;
}

/** The name of a server that may not be known. */
export const serverNameOf = (server: { readonly host: string; readonly port: number } | null): string | null =>
  server === null ? null : serverName(server.host, server.port);
