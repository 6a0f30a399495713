import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { invalidFields } from '../../functions/http/invalid-fields.ts';
import { listQuery, searchBody } from '../../functions/http/pagination.ts';

describe('start and length of a page', () => {
  const query = listQuery({});
  const search = searchBody({});

  it('are the beginning and 20 by default', () => {
    expect(query.parse({})).toEqual({ limit: 20, offset: 0 });
    expect(search.parse({})).toEqual({ limit: 20, offset: 0 });
  });

  it.each([
    [{ limit: '1' }, true],
    [{ limit: '100' }, true],
    [{ limit: '0' }, false],
    [{ limit: '101' }, false],
    [{ limit: '1e1' }, false],
    [{ limit: ' 5' }, false],
    [{ limit: '0000000005' }, false],
    [{ offset: '10000' }, true],
    [{ offset: '10001' }, false],
    [{ cursor: '' }, false],
    [{ cursor: 'c', offset: '0' }, true],
    [{ cursor: 'c', offset: '1' }, false],
    [{ page: '1' }, false],
  ])('by the query %j are accepted: %s', (given, taken) => {
    expect(query.safeParse(given).success).toBe(taken);
  });

  it('may be given by a cursor of at most 4096 characters', () => {
    for (const { length, taken } of [
      { length: 4096, taken: true },
      { length: 4097, taken: false },
    ])
      expect(query.safeParse({ cursor: 'c'.repeat(length) }).success).toBe(taken);
  });

  it.each([
    [{ limit: 1 }, true],
    [{ limit: 100 }, true],
    [{ limit: 0 }, false],
    [{ limit: 101 }, false],
    [{ limit: '5' }, false],
    [{ offset: 0 }, true],
    [{ offset: 10_000 }, true],
    [{ offset: 10_001 }, false],
    [{ offset: -1 }, false],
    [{ cursor: 'c', offset: 1 }, false],
    [{ cursor: 'c' }, true],
    [{ page: 1 }, false],
  ])('by the body %j are accepted: %s', (given, taken) => {
    expect(search.safeParse(given).success).toBe(taken);
  });
});

describe('the errors of a refused request', () => {
  const wrongWith = (schema: z.ZodType, given: unknown) => {
    const { error } = schema.safeParse(given);
    return invalidFields(error?.issues ?? [], 'body', schema);
  };
  const choice = z.strictObject({
    when: z.union([z.strictObject({ every: z.string() }), z.strictObject({ cron: z.string() })]),
    ids: z.union([z.array(z.string().max(3)), z.string().max(3)]).optional(),
    at: z.union([z.iso.datetime(), z.string().regex(/^now$/)], { error: 'must be a time, or "now"' }).optional(),
  });

  it('follow the shape that a value fits best', () => {
    expect(wrongWith(choice, { when: { every: 'x' }, ids: ['long one'] })).toEqual([
      { pointer: '/ids/0', message: expect.stringContaining('<=3') },
    ]);
    expect(wrongWith(choice, { when: { every: 'x' }, ids: 'long one' })).toEqual([
      { pointer: '/ids', message: expect.stringContaining('<=3') },
    ]);
  });

  it('are one sentence when no shape fits, or when the union has its own message', () => {
    expect(wrongWith(choice, { when: 5 })).toEqual([{ pointer: '/when', message: 'Invalid input' }]);
    expect(wrongWith(choice, { when: { every: 'x' }, at: 'then' })).toEqual([
      { pointer: '/at', message: 'must be a time, or "now"' },
    ]);
  });

  it('contain at most 50 wrong values and 20 unknown fields of an object', () => {
    const counts = z.record(z.string(), z.int());
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 'x']));
    expect(wrongWith(counts, many(60))).toHaveLength(50);
    expect(wrongWith(z.strictObject({}), many(60))).toHaveLength(20);
  });

  it('suggest known fields of objects that are optional, nullable or have a default', () => {
    const inner = z.strictObject({ size: z.int().optional() });
    for (const outer of [inner.optional(), inner.nullable(), inner.default({}), inner.nullable().optional()])
      expect(wrongWith(z.strictObject({ part: outer }), { part: { siez: 1 } })).toEqual([
        { pointer: '/part/siez', message: 'unknown field; did you mean "size"?' },
      ]);
    expect(wrongWith(z.strictObject({ part: inner }), { part: { wholly_else: 1 } })).toEqual([
      { pointer: '/part/wholly_else', message: 'unknown field' },
    ]);
  });
});

describe('a value that may have several shapes', () => {
  const schema = z.strictObject({
    target: z.union([z.array(z.int()), z.strictObject({ folder: z.string(), uid: z.int().optional() })]),
  });
  const told = (target: unknown) => invalidFields(schema.safeParse({ target }).error?.issues ?? [], 'body', schema);

  it('is refused with the errors of the shape that it fits best', () => {
    expect(told({ folder: 5 }).map(({ pointer }) => pointer)).toEqual(['/target/folder']);
    expect(told({ folder: 'A', uid: 'x' }).map(({ pointer }) => pointer)).toEqual(['/target/uid']);
    expect(told(['x']).map(({ pointer }) => pointer)).toEqual(['/target/0']);
    expect(told({ folder: 'A', other: 1 })).toEqual([{ pointer: '/target/other', message: 'unknown field' }]);
  });

  it('is refused as invalid when it fits none of them', () => {
    expect(told(5)).toEqual([{ pointer: '/target', message: 'Invalid input' }]);
  });

  it('is refused with the message of the union if it has one', () => {
    const worded = z.strictObject({
      at: z.union([z.iso.datetime(), z.string().regex(/^-/)], { error: 'must be a time' }),
    });
    const { error } = worded.safeParse({ at: 'x' });
    expect(invalidFields(error?.issues ?? [], 'body', worded)).toEqual([{ pointer: '/at', message: 'must be a time' }]);
  });
});
