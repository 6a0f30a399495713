import { Refusal } from '../refusal.ts';
import { formatSet } from '../sequence-set.ts';
import { flagsLine, type Handler, modseqsOf, type Session, selectedOf, targetsOf } from '../session.ts';
import { listOf, numberOf, type Token, textOf, wordOf } from '../tokens.ts';

/** STORE (RFC 9051 section 6.4.6). */
export const store: Handler = (session, args) => change(session, args, false);

/** UID STORE (RFC 9051 section 6.4.9). */
export const uidStore: Handler = (session, args) => change(session, args, true);

/** STORE with UNCHANGEDSINCE (RFC 7162 section 3.1.3). */
function change(session: Session, args: readonly Token[], byUid: boolean) {
  const selected = selectedOf(session, true);
  const { mailbox } = selected;
  const conditional = args[1]?.kind === 'list';
  const since = conditional ? unchangedSince(listOf(args[1])) : null;
  const [item, flags] = args.slice(conditional ? 2 : 1);
  const [, sign, silent] = /^([+-]?)FLAGS(\.SILENT)?$/.exec(wordOf(item)) ?? [];
  if (sign === undefined || flags === undefined) throw new Refusal('BAD Unknown STORE item');
  const given = (flags.kind === 'list' ? listOf(flags) : [flags]).map(textOf).map(canonicalFlag);
  if (since !== null) {
    if (!modseqsOf(session, mailbox)) throw new Refusal('BAD UNCHANGEDSINCE is not supported here');
    session.enabled.add('CONDSTORE');
  }

  const targets = targetsOf(selected, args[0], byUid);
  const refused = targets.filter(({ message }) => since !== null && message.modseq > since);
  const accepted = targets.filter((target) => !refused.includes(target));
  for (const { message } of accepted) {
    const next = apply(message.flags, sign, given);
    if (next.length !== message.flags.length || next.some((flag) => !message.flags.includes(flag))) {
      mailbox.setFlags(message.uid, next);
    }
  }
  const untagged = accepted.flatMap(({ sequence, message }) => {
    const now = mailbox.find(message.uid);
    if (now === null || (silent !== undefined && !session.enabled.has('CONDSTORE'))) return [];
    return [flagsLine(session, selected, { sequence, message: now })];
  });
  const modified = formatSet(refused.map(({ sequence, message }) => (byUid ? message.uid : sequence)));
  return {
    untagged,
    told: new Map(accepted.map(({ message: { uid } }) => [uid, mailbox.find(uid)?.modseq ?? 0n])),
    status: modified === '' ? 'OK Stored' : `OK [MODIFIED ${modified}] Conditional store failed`,
  };
}

function unchangedSince(items: readonly Token[]): bigint {
  if (wordOf(items[0]) !== 'UNCHANGEDSINCE') throw new Refusal('BAD Unknown STORE modifier');
  return numberOf(items[1]);
}

const system = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

function canonicalFlag(flag: string): string {
  const known = system.find((each) => each.toLowerCase() === flag.toLowerCase());
  if (known === undefined && !/^[!#$&'+\-./0-9:;<=>?@A-Z^_`a-z|~]{1,100}$/.test(flag)) {
    throw new Refusal('NO [CANNOT] This flag cannot be stored');
  }
  return known ?? flag;
}

function apply(old: readonly string[], sign: string, given: readonly string[]): string[] {
  if (sign === '+') return [...new Set([...old, ...given])];
  if (sign === '-') return old.filter((flag) => !given.includes(flag));
  return [...new Set(given)];
}
