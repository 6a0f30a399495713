/**
 * The addresses that a tenant's host may resolve to. Only public unicast addresses are allowed: this is a list of what
 * is routed on the Internet, not a list of known dangers.
 */
export type AddressKind = 'public' | 'loopback' | 'internal';

/**
 * IANA special-purpose IPv4 blocks (RFC 6890 and its successors), multicast and reserved, as [network, prefix bits].
 */
const INTERNAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Parts of the global unicast space 2000::/3 that are not public: Teredo and similar, documentation, 6to4. */
const INTERNAL_IPV6: readonly (readonly [readonly [number, number], number])[] = [
  [[0x2001, 0x0000], 23],
  [[0x2001, 0x0db8], 32],
  [[0x2002, 0x0000], 16],
  [[0x3fff, 0x0000], 20],
];

/** The four bytes as one number; null unless the text is four plain decimal numbers. */
function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

function inBlock(value: number, network: number, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(value / size) === Math.floor(network / size);
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const embedded = index === parts.length - 1 ? parseIpv4(part) : null;
    if (embedded === null) return null;
    groups.push(Math.floor(embedded / 65536), embedded % 65536);
  }
  return groups;
}

/** Eight 16-bit groups; null if the text is not an IPv6 address. A zone (`%eth0`) is removed. */
function parseIpv6(text: string): readonly number[] | null {
  const [address = ''] = text.split('%', 1);
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '');
  if (halves.length === 1) return head?.length === 8 ? head : null;
  const tail = groupsOf(halves[1] ?? '');
  if (!head || !tail || head.length + tail.length > 7) return null;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function ipv4Kind(value: number): AddressKind {
  if (inBlock(value, 0x7f000000, 8)) return 'loopback';
  return INTERNAL_IPV4.some(([network, bits]) => inBlock(value, parseIpv4(network) ?? 0, bits)) ? 'internal' : 'public';
}

function ipv6Kind(groups: readonly number[]): AddressKind {
  const [first = 0, second = 0] = groups;
  if (groups.every((group, index) => group === (index === 7 ? 1 : 0))) return 'loopback';
  // Mapped, NAT64, unique local, link-local and multicast addresses are all outside 2000::/3.
  if (!inBlock(first * 65536, 0x20000000, 3)) return 'internal';
  const top = first * 65536 + second;
  return INTERNAL_IPV6.some(([[high, low], bits]) => inBlock(top, high * 65536 + low, bits)) ? 'internal' : 'public';
}

/**
 * What kind of address an IP literal is; null when the text is not an IP literal (a name, or a form only `inet_aton`
 * reads).
 */
export function addressKind(text: string): AddressKind | null {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== null) return ipv4Kind(ipv4);
  const ipv6 = text.includes(':') ? parseIpv6(text) : null;
  return ipv6 ? ipv6Kind(ipv6) : null;
}

/**
 * Whether the text can be a DNS host name. Resolvers treat names that end in a number (`2130706433`, `0x7f.1`,
 * `127.1`) as IPv4 addresses (WHATWG URL, "ends in a number"), so these are not host names.
 */
export function isHostName(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.replace(/\.$/, '').split('.');
  const last = labels.at(-1) ?? '';
  if (/^(\d+|0x[0-9a-f]*)$/i.test(last)) return false;
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
}

/**
 * Whether a name leads to this machine regardless of the DNS: localhost and all names below it (RFC 6761, section
 * 6.3), and the names for it in the hosts files of Linux.
 */
export function isLoopbackName(host: string): boolean {
  return /^((.*\.)?localhost(\.localdomain)?|ip6-(localhost|loopback))\.?$/i.test(host);
}

/** `loopback: 'allow'` adds loopback addresses to the public ones; other internal addresses are never allowed. */
export function isAddressAllowed(text: string, loopback: 'allow' | 'deny'): boolean {
  const kind = addressKind(text);
  return kind === 'public' || (kind === 'loopback' && loopback === 'allow');
}

export function isPortAllowed(port: number, ports: ReadonlySet<number> | 'any'): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535 && (ports === 'any' || ports.has(port));
}
