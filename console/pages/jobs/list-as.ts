/** The list as text to paste elsewhere. The text never holds a token: `curl` takes it from the environment. */
import { filterOf, type JobsSearch, LIST_FIELD_NAMES, type ListField, sortOf } from '../../jobs/jobs-search.ts';
import { stringifyFlat } from '../../search-parameters/flat.ts';
import { quoted } from '../../text/shell-quote.ts';

export const listAsLink = (origin: string, account: string, search: JobsSearch): string =>
  `${origin}/a/${encodeURIComponent(account)}/jobs${stringifyFlat(search)}`;

export function listAsCurl(origin: string, account: string, search: JobsSearch): string {
  const body = JSON.stringify({ filter: filterOf(search), sort: sortOf(search) });
  const url = `${origin}/api/accounts/${encodeURIComponent(account)}/jobs/search`;
  return `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${quoted(body)} ${quoted(url)}`;
}

/** The options of `inboxctl` that have other names than the fields of the address. */
const OPTIONS: Readonly<Partial<Record<ListField, string>>> = { waiting: 'waiting-on' };

export function listAsInboxctl(account: string, search: JobsSearch): string {
  const { q, since, until, stalled, sort } = search;
  const lists = LIST_FIELD_NAMES.flatMap((name) =>
    (search[name] ?? []).map((value) => `--${OPTIONS[name] ?? name} ${quoted(value)}`),
  );
  return [
    'inboxctl jobs list',
    ...lists,
    ...(q === undefined ? [] : [`-q ${quoted(q)}`]),
    ...(since === undefined ? [] : [`--since ${quoted(since)}`]),
    ...(until === undefined ? [] : [`--until ${quoted(until)}`]),
    ...(stalled === undefined ? [] : ['--stalled']),
    ...(sort === undefined ? [] : [`--sort=${sortOf(search)}`]),
    `--account ${quoted(account)}`,
  ].join(' ');
}
