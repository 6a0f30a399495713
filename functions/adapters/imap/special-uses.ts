import { type SpecialUseSource, specialUse } from 'imapflow/lib/special-use.js';

export type Candidate = {
  readonly name: string;
  readonly path: string;
  readonly delimiter: string | null;
  readonly flags: ReadonlySet<string>;
};

/** What the server says goes before what a name means, and that before what a name resembles. */
const SOURCES: readonly SpecialUseSource[] = ['extension', 'name', 'name-guess'];

/**
 * Special uses by name of mailbox: as the server marks them (RFC 6154), elsewhere by usual names in many languages. Each
 * use has one mailbox, the one nearest to the top where several would have it.
 */
export function specialUsesOf(mailboxes: readonly Candidate[], extension: boolean): ReadonlyMap<string, string> {
  const claims = mailboxes.flatMap((mailbox) => {
    const { path, delimiter, flags, name } = mailbox;
    const levels = delimiter === null ? [path] : path.split(delimiter);
    const { flag, source } = specialUse(extension, { flags: new Set(flags), name: levels.at(-1) ?? path });
    if (flag === null || source === undefined || name === 'INBOX') return [];
    // What does not exist has no use by its mere name.
    if (source !== 'extension' && flags.has('\\nonexistent')) return [];
    return [{ name, path, flag, rank: SOURCES.indexOf(source), depth: levels.length }];
  });
  claims.sort((one, other) => one.rank - other.rank || one.depth - other.depth || (one.path < other.path ? -1 : 1));
  const uses = new Map<string, string>();
  const given = new Set<string>();
  for (const { name, flag } of claims) {
    if (uses.has(name) || given.has(flag)) continue;
    uses.set(name, flag);
    given.add(flag);
  }
  return uses;
}
