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

/**
 * The values of a key, without repetitions; undefined when there are none. With `known`, other values are left out,
 * because an address from a newer release must not break the page.
 */
export function many<Value extends string = string>(
  value: unknown,
  known?: readonly Value[],
): readonly Value[] | undefined;
export function many(value: unknown, known?: readonly string[]): readonly string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter(
    (each): each is string => typeof each === 'string' && each !== '',
  );
  const kept = [...new Set(texts)].filter((each) => known === undefined || known.includes(each));
  return kept.length === 0 ? undefined : kept;
}

/** The first value of a key; undefined when there is none, or it is not one of `known`. */
export function one<Value extends string = string>(value: unknown, known?: readonly Value[]): Value | undefined {
  return many(value, known)?.[0];
}

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
