/** How a command names a failure group: by its id, or by what a table shows of it. */
import type { Schemas } from '../../client/index.ts';
import { closest } from '../command-line/suggestion.ts';
import { NothingFound, UsageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { NO_HOST, nameOf } from './failure-group-views.ts';

type Group = Schemas['FailureGroup'];

const PAGE = 100;
/** How many groups an error names. */
const SHOWN = 5;
/** The last letter of a word that a table has shortened. */
const CUT = '…';

/**
 * The id of the group that the arguments name: `fgr_…`, or a code and a host. The host may be without port, cut as in a
 * table, or absent if one server alone has the code. Throws NothingFound, or UsageError if several groups match.
 */
export async function groupIdOf({ client, account }: Session, [first = '', host]: readonly string[]): Promise<string> {
  if (first.startsWith('fgr_')) {
    if (host !== undefined) throw new UsageError('Name the group either by its id, or by code and host.');
    return first;
  }
  const groups: Group[] = [];
  for await (const group of client.failureGroups.list.each({ account_id: await account(), limit: PAGE }))
    groups.push(group);
  const found = groups.filter((group) => isWord(group.code, first) && isHost(group.host, host));
  const [group, ...others] = found;
  if (group === undefined) throw new NothingFound(noGroup(host === undefined ? first : `${first} ${host}`, groups));
  if (others.length > 0) throw new UsageError(`Several groups match: ${listed(found)}. Name the host too.`);
  return group.id;
}

const isWord = (whole: string, given: string): boolean =>
  given.endsWith(CUT) ? whole.startsWith(given.slice(0, -CUT.length)) : whole === given;

function isHost(host: string | null, given: string | undefined): boolean {
  if (given === undefined) return true;
  if (host === null) return given === NO_HOST || given === '-';
  return isWord(host, given) || host.replace(/:\d+$/, '') === given;
}

function noGroup(name: string, groups: readonly Group[]): string {
  const best = closest(name, [...groups.map(nameOf), ...groups.map(({ code }) => code)]);
  const hint = best === null ? 'List them with: inboxctl failures groups.' : `Did you mean ${best}?`;
  return `No group ${name} has failed or retrying jobs. ${hint} A group without jobs is named by its id.`;
}

const listed = (groups: readonly Group[]): string =>
  groups.slice(0, SHOWN).map(nameOf).join(', ') + (groups.length > SHOWN ? ` and ${groups.length - SHOWN} more` : '');
