import { suggestion } from '../command-line/suggestion.ts';
import { UsageError } from '../errors.ts';

/** The value under a name of one or more parts (`progress.done`); undefined if there is none. */
export function fieldOf(thing: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (at, part) => (typeof at === 'object' && at !== null ? new Map(Object.entries(at)).get(part) : undefined),
      thing,
    );
}

/** The thing with only these fields. */
export function picked(thing: unknown, fields: readonly string[]): object {
  return Object.fromEntries(fields.map((name) => [name, fieldOf(thing, name) ?? null]));
}

/** Throws UsageError for a field that the resource does not have. */
export function checkFields(thing: unknown, fields: readonly string[]): void {
  if (typeof thing === 'object' && thing !== null) checkNames(Object.keys(thing), fields);
}

/** Throws UsageError for an unknown field. */
export function checkNames(known: readonly string[], fields: readonly string[]): void {
  for (const field of fields) {
    const [first = ''] = field.split('.');
    if (!known.includes(first)) throw new UsageError(`There is no field ${first}. ${suggestion(first, known)}`);
  }
}

/** A value of any kind as one line of text. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
