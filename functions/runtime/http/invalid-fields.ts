import * as z from 'zod';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { type InvalidField, jsonPointer } from './problem.ts';

/** zod's issues as the API tells them: a pointer each, unknown fields one by one with the known one they resemble. */
export function invalidFields(
  issues: readonly z.core.$ZodIssue[],
  where: 'query' | 'body',
  schema: z.ZodType,
): readonly InvalidField[] {
  return issues.slice(0, 50).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, 20).map((key) => unknownField(where, issue.path, key, schema));
    return [{ pointer: pointerOf(where, issue.path), message: issue.message }];
  });
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
    pointer: pointerOf(where, [...path, key.slice(0, 100)]),
    message: meant === null ? `unknown ${noun}` : `unknown ${noun}; did you mean "${meant}"?`,
  };
}

/** A body's fields by JSON pointer (RFC 6901), query parameters by name behind a question mark. */
function pointerOf(where: 'query' | 'body', path: readonly PropertyKey[]): string {
  return where === 'query' ? `?${path.map(String).join('.')}` : jsonPointer(path);
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const part of path) {
    const object = unwrapped(at);
    at = object instanceof z.ZodObject ? object.shape[String(part)] : undefined;
  }
  const object = unwrapped(at);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** Whether a query parameter may come more than once. */
export function repeatable(schema: z.ZodObject, name: string): boolean {
  return unwrapped(Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined) instanceof z.ZodArray;
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap();
  return inner;
}
