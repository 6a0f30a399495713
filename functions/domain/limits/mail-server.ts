/**
 * The name of a mail server for counting: spellings that lead to the same server are one (case, a final dot, forms of an
 * address, international names).
 */
export function serverName(host: string, port: number): string {
  const bare = host.trim().replace(/\.+$/, '');
  const address = bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare;
  const url = URL.parse(`http://${address}/`);
  const name = url === null ? bare.toLowerCase() : url.hostname;
  return `${name.replace(/\.+$/, '')}:${port}`;
}
