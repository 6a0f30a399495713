import { describe, expect, it } from 'vitest';
import { limitsSchema, limitsText } from '../../../functions/domain/limits/settings.ts';

describe('limits given as JSON', () => {
  it('replace the defaults that they name, and no others', () => {
    expect(limitsText.parse('{"tasks":7}')).toEqual({ ...limitsSchema.parse({}), tasks: 7 });
    expect(limitsText.parse('{}')).toEqual(limitsSchema.parse({}));
    expect(limitsSchema.parse({})).toMatchObject({ readsPerMinute: 6_000, credentials: 20_000 });
  });

  it('are whole numbers from 1 to a million', () => {
    for (const tasks of [1, 1_000_000]) expect(limitsText.parse(JSON.stringify({ tasks })).tasks).toBe(tasks);
    for (const tasks of [0, -1, 1.5, 1_000_001, '5', null])
      expect(limitsText.safeParse(JSON.stringify({ tasks })).success, String(tasks)).toBe(false);
  });

  it.each(['', '{', 'tasks=7', '[]', 'null', '{"task":7}'])('%j is refused, and nothing is thrown', (text) => {
    expect(limitsText.safeParse(text).success).toBe(false);
  });

  it('are refused with a clear message when they are not JSON', () => {
    expect(limitsText.safeParse('{').error?.issues.map(({ message }) => message)).toEqual(['must be JSON']);
  });
});
