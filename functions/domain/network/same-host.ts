/**
 * Whether two host names or addresses are one: their case does not matter, nor does the dot at the end of a name of
 * several labels (it says that the name is whole), nor how an IPv6 address is written (RFC 5952). A name of one label is
 * another with a dot: without it the resolver may add a domain.
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
