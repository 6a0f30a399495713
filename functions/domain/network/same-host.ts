/**
 * Whether two host names or addresses are the same. Ignored are case, the final dot of a name with several labels (it
 * marks an absolute name), and the spelling of an IPv6 address (RFC 5952). For a name of one label the dot counts:
 * without it the resolver may add a domain.
 */
export function isSameHost(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(host: string): string {
  const name = host.trim().toLowerCase();
  if (!name.includes(':')) return name.replace(/(\..*[^.])\.$/, '$1');
  const address = `http://[${name}]/`;
  return URL.canParse(address) ? new URL(address).hostname : name;
}
