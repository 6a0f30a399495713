import { type SpecialUseSource, specialUse } from 'imapflow/lib/special-use.js';

/** A listed mailbox. `flags`: its attributes in LIST. */
export type Candidate = {
  readonly name: string;
  readonly path: string;
  readonly delimiter: string | null;
  readonly flags: ReadonlySet<string>;
};

/** The server's own marks take precedence over exact names, and those over similar names. */
const SOURCES: readonly SpecialUseSource[] = ['extension', 'name', 'name-guess'];

/**
 * Special uses by mailbox name: as the server marks them (RFC 6154), otherwise by usual names in many languages. Each
 * use has one mailbox: of several candidates the one nearest to the top.
 */
export function specialUsesOf(mailboxes: readonly Candidate[], extension: boolean): ReadonlyMap<string, string> {
  const claims = mailboxes.flatMap((mailbox) => {
    const { path, delimiter, flags, name } = mailbox;
    const levels = delimiter === null ? [path] : path.split(delimiter);
    const { flag, source } = specialUse(extension, { flags: new Set(flags), name: levels.at(-1) ?? path });
    if (flag === null || source === undefined || name === 'INBOX') return [];
    // A mailbox that does not exist gets no use by its name alone.
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
