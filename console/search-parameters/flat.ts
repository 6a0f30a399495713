/**
 * Search parameters as flat keys that may repeat (`?status=failed&status=retrying`), not as JSON, so that people can
 * read and write them. Each page reads them into a type of its own.
 */

/** The search of a page. An absent field is not in the address. */
export type FlatSearch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** All values by key, in the order of the address. */
export function parseFlat(text: string): Record<string, string[]> {
  const parsed: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    if (Object.hasOwn(parsed, key)) parsed[key]?.push(value);
    else Object.defineProperty(parsed, key, { value: [value], enumerable: true, configurable: true, writable: true });
  }
  return parsed;
}

/** The address part for these values, with its question mark; empty without values. */
export function stringifyFlat(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(search))
    for (const each of Array.isArray(value) ? value : [value])
      if (typeof each === 'string' && each !== '') parameters.append(key, each);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

/** The values of a key, without repetitions; undefined when there are none. */
export function many(value: unknown): readonly string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
  return texts.length === 0 ? undefined : [...new Set(texts)];
}

/** The first value of a key; undefined when there is none. */
export const one = (value: unknown): string | undefined => many(value)?.[0];

/**
 * The first value of a key that only changes how the page looks, such as its order; undefined when there is none, or it
 * is not one of `known`. Filters keep unknown values instead, because the list would be wider without them.
 */
export function choice<Value extends string>(value: unknown, known: readonly Value[]): Value | undefined {
  const text = one(value);
  return known.find((each) => each === text);
}

/** A filter of `true` or `false`. Any other text is kept, so that the service reports the problem. */
export const yesOrNo = (text: string | undefined): boolean | string | undefined =>
  text === 'true' ? true : text === 'false' ? false : text;

/**
 * Values of an address in the form of the API, without those that are undefined. Nothing is checked, because an address
 * may hold any text: the service refuses what it does not know, and says so.
 */
export const uncheckedFor = <Parameters>(values: object): Parameters => JSON.parse(JSON.stringify(values));

/**
 * A reader of the search for a route. The router merges the result of the reader with the address, so everything that
 * the reader has not read is set to undefined.
 */
export const onlyRead =
  <Search extends FlatSearch>(read: (raw: Record<string, unknown>) => Search) =>
  (raw: Record<string, unknown>): Search => ({
    ...Object.fromEntries(Object.keys(raw).map((name) => [name, undefined])),
    ...read(raw),
  });

/** The keys of an address of which the page uses no value, or not all. `used`: the search of the page. */
export function unusedKeys(
  address: Readonly<Record<string, unknown>>,
  used: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(address).filter((name) => {
    const kept = many(used[name]) ?? [];
    return (many(address[name]) ?? []).some(
      (each) => each.trim() !== '' && !kept.includes(each) && !kept.includes(each.trim()),
    );
  });
}

/** Whether the filter is this one value; null: no filter. */
export const isOnly = (filter: readonly string[] | null, value: string | null): boolean =>
  value === null ? filter === null : filter?.length === 1 && filter[0] === value;

/** Whether the search has a value. */
export const isFiltered = (search: FlatSearch): boolean => chipsOf(search).length > 0;

/** The search without undefined fields, so that equal searches are equal objects. */
export function present<Search extends FlatSearch>(search: Search): Search;
export function present(search: FlatSearch): FlatSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

export type Chip = { readonly name: string; readonly value: string };

/** Every value of the search with its key. */
export const chipsOf = (search: FlatSearch): readonly Chip[] =>
  Object.entries(search).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((each) => ({ name, value: each })),
  );

/** The search without this value of the key. */
export function withoutValue(search: FlatSearch, name: string, value: string): FlatSearch {
  const held = search[name];
  const rest = typeof held === 'string' ? [] : (held ?? []).filter((each) => each !== value);
  return present({ ...search, [name]: rest.length === 0 ? undefined : rest });
}

/**
 * A length of time such as `24h` means "in the last 24 hours"; everything else is an instant, which the service checks.
 */
export const sinceOf = (text: string): string => (/^\d{1,6}[smhdw]$/.test(text) ? `-${text}` : text);
