import * as z from 'zod';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { type InvalidField, jsonPointer } from './problem.ts';

/**
 * The issues of zod as errors of the API, each with a pointer. Each unknown field is an error of its own, with the most
 * similar known field.
 */
export function invalidFields(
  issues: readonly z.core.$ZodIssue[],
  where: 'query' | 'body',
  schema: z.ZodType,
): readonly InvalidField[] {
  return issues.slice(0, 50).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, 20).map((key) => unknownField(where, issue.path, key, schema));
    if (issue.code === 'invalid_union') return invalidUnion(issue, where, schema);
    return [{ pointer: pointerOf(where, issue.path), message: `${issue.message}${meantValue(issue)}` }];
  });
}

/**
 * The known value that is most similar to a mistyped one, as an addition to the message. Needs zod's option
 * `reportInput`.
 */
function meantValue(issue: z.core.$ZodIssue): string {
  const known = issue.code === 'invalid_value' ? issue.values : issue.code === 'custom' ? issue.params?.known : null;
  if (!Array.isArray(known) || typeof issue.input !== 'string') return '';
  const meant = didYouMean(issue.input, known.map(String));
  return meant === null ? '' : `; did you mean "${meant}"?`;
}

/** For a value that may have several shapes: its errors by the shape that it fits best. */
function invalidUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  where: 'query' | 'body',
  schema: z.ZodType,
): readonly InvalidField[] {
  const meant = issue.errors.find(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  if (meant === undefined || issue.message !== 'Invalid input')
    return [{ pointer: pointerOf(where, issue.path), message: issue.message }];
  const inner = meant.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
  return invalidFields(inner, where, schema);
}

function unknownField(
  where: 'query' | 'body',
  path: readonly PropertyKey[],
  key: string,
  schema: z.ZodType,
): InvalidField {
  const meant = didYouMean(key, knownKeys(schema, path));
  const noun = where === 'query' ? 'parameter' : 'field';
  return {
    pointer: pointerOf(where, [...path, key]),
    message: meant === null ? `unknown ${noun}` : `unknown ${noun}; did you mean "${meant}"?`,
  };
}

/** Callers choose names, which may be as long as a body. The reply repeats only this many characters of a name. */
const MAX_NAME = 100;

/** Fields of a body are named by JSON pointer (RFC 6901), query parameters by a question mark and their name. */
function pointerOf(where: 'query' | 'body', path: readonly PropertyKey[]): string {
  const names = path.map((part) => String(part).slice(0, MAX_NAME));
  return where === 'query' ? `?${names[0] ?? ''}` : jsonPointer(names);
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const part of path) {
    const object = unwrapped(at);
    if (object instanceof z.ZodArray) at = object.element;
    else at = object instanceof z.ZodObject ? object.shape[String(part)] : undefined;
  }
  const object = unwrapped(at);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** Whether a query parameter may be repeated. */
export function repeatable(schema: z.ZodObject, name: string): boolean {
  return unwrapped(Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined) instanceof z.ZodArray;
}

/** An error for each parameter that is repeated but must be given once. */
export function wronglyRepeated(
  query: ReadonlyMap<string, readonly string[]>,
  schema: z.ZodObject,
): readonly InvalidField[] {
  return [...query]
    .filter(([name, values]) => values.length > 1 && Object.hasOwn(schema.shape, name) && !repeatable(schema, name))
    .map(([name]) => ({ pointer: pointerOf('query', [name]), message: 'must be given once' }));
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap();
  return inner;
}
