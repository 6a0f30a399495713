import { Refusal } from '../refusal.ts';
import { formatSet } from '../sequence-set.ts';
import { type Handler, has, type Reply, type Session, selectedOf, targetsOf } from '../session.ts';
import { listOf, type Token, wordOf } from '../tokens.ts';
import { searchKeys } from './search-keys.ts';

/** SEARCH (RFC 9051 section 6.4.4). */
export const search: Handler = (session, args) => find(session, args, false);

/** UID SEARCH (RFC 9051 section 6.4.9). */
export const uidSearch: Handler = (session, args) => find(session, args, true);

const returnable = ['ALL', 'COUNT', 'MIN', 'MAX'];

function find(session: Session, args: readonly Token[], byUid: boolean): Reply {
  const selected = selectedOf(session);
  let keys = args;
  let wanted: readonly string[] | null = null;
  if (keys[0]?.kind === 'atom' && wordOf(keys[0]) === 'RETURN') {
    if (!has(session, 'ESEARCH')) throw new Refusal('BAD Unknown search key');
    const asked = listOf(keys[1]).map(wordOf);
    if (asked.some((option) => !returnable.includes(option))) throw new Refusal('BAD Unknown search return option');
    wanted = asked.length === 0 ? ['ALL'] : asked;
    keys = keys.slice(2);
  }
  if (keys[0]?.kind === 'atom' && wordOf(keys[0]) === 'CHARSET') {
    if (!['UTF-8', 'US-ASCII'].includes(wordOf(keys[1])))
      throw new Refusal('NO [BADCHARSET (UTF-8 US-ASCII)] Unknown charset');
    keys = keys.slice(2);
  }
  const matches = searchKeys(session, selected, keys);
  const found = targetsOf(selected, { kind: 'atom', text: '1:*' }, false)
    .filter(matches)
    .map(({ sequence, message }) => (byUid ? message.uid : sequence));
  const status = 'OK Search completed';
  if (wanted === null) return { untagged: [['* SEARCH', ...found].join(' ')], status };
  return { untagged: [`* ESEARCH (TAG "${session.tag}")${byUid ? ' UID' : ''}${esearch(wanted, found)}`], status };
}

/** RFC 4731: of an empty result only COUNT is sent. */
function esearch(wanted: readonly string[], found: readonly number[]): string {
  const values = {
    ALL: formatSet(found),
    COUNT: `${found.length}`,
    MIN: `${found[0] ?? ''}`,
    MAX: `${found.at(-1) ?? ''}`,
  };
  return Object.entries(values)
    .filter(([name, value]) => wanted.includes(name) && value !== '')
    .map(([name, value]) => ` ${name} ${value}`)
    .join('');
}
