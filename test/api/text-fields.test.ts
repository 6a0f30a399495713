import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const schema = z.looseObject({
  $ref: z.string().optional(),
  pattern: z.string().optional(),
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get anyOf() {
    return z.array(schema).optional();
  },
});
type Schema = z.infer<typeof schema>;

const body = z.looseObject({ content: z.object({ 'application/json': z.object({ schema }) }) });
const operation = z.looseObject({ operationId: z.string().optional(), requestBody: body.optional() });
const document = z
  .object({
    // A path item has a description and parameters beside its operations.
    paths: z.record(z.string(), z.record(z.string(), operation.catch({}))),
    components: z.object({ schemas: z.record(z.string(), schema) }),
  })
  .parse(JSON.parse(readFileSync(new URL('../../functions/api/openapi/openapi.json', import.meta.url), 'utf8')));

/**
 * Fields with text that people write for people. Filters also contain labels, but they are only compared, not stored.
 */
const WRITTEN = new Set(['label', 'labels', 'note', 'reason', 'external_ref']);

const resolved = ({ $ref, ...own }: Schema): Schema =>
  $ref === undefined ? own : (document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {});

/** The text schemas of a field: its own, or that of its list items, also if it may be null or has several forms. */
function textsOf(given: Schema): readonly Schema[] {
  const own = resolved(given);
  const inner = [...(own.anyOf ?? []), ...(own.items === undefined ? [] : [own.items])];
  return inner.length > 0 ? inner.flatMap(textsOf) : own.type === 'string' ? [own] : [];
}

const fields = Object.values(document.paths)
  .flatMap((path) => Object.values(path))
  .flatMap(({ operationId, requestBody }) => {
    const properties = requestBody && resolved(requestBody.content['application/json'].schema).properties;
    return Object.entries(properties ?? {})
      .filter(([name]) => WRITTEN.has(name))
      .map(([name, given]) => ({ operationId, name, texts: textsOf(given) }));
  });

describe('a request body or query', () => {
  it('has text fields in many operations', () => {
    expect(fields.length).toBeGreaterThanOrEqual(18);
  });

  it.each(fields)('$operationId refuses control characters in $name', ({ texts }) => {
    expect(texts).not.toEqual([]);
    for (const { pattern } of texts) {
      const fits = new RegExp(pattern ?? '', 'u');
      expect(fits.test('José, why?')).toBe(true);
      for (const bad of ['a\u0000b', 'a\nb', 'a\rb', 'a\u001bb', 'a\u007fb', 'a\u0085b', 'a\u2028b', 'a\u202eb'])
        expect(fits.test(bad), JSON.stringify(bad)).toBe(false);
    }
  });
});
