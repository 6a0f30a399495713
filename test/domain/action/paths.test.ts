import { describe, expect, it } from 'vitest';
import { ACTIONS, actionName } from '../../../functions/domain/action/catalogue.ts';

const PATHS = ['folder', 'target_folder', 'parent', 'name'];
/** Valid values for the fields of all payloads; each action takes the fields that it has. */
const GOOD: Readonly<Record<string, unknown>> = {
  folder: 'INBOX',
  target_folder: 'Archive',
  parent: 'Archive',
  name: 'Old',
  uid_validity: 1,
  uids: [1],
  add: ['\\Seen'],
};

const cases = actionName.options.flatMap((action) => {
  const known = Object.keys(ACTIONS[action].payload.shape);
  const payload = Object.fromEntries(Object.entries(GOOD).filter(([field]) => known.includes(field)));
  return PATHS.filter((field) => known.includes(field)).map((field) => ({ action, field, payload }));
});

describe('a path in the payload of an action', () => {
  it('is checked for every action', () => {
    expect(cases.length).toBeGreaterThanOrEqual(14);
  });

  it.each(cases)('$action refuses control characters in $field', ({ action, field, payload }) => {
    const schema = ACTIONS[action].payload;
    expect(schema.safeParse(payload).success).toBe(true);
    for (const bad of ['a\rb', 'a\nb', 'a\u0000b', 'INBOX\r\nA1 DELETE INBOX', '\n', 'a\u007f', 'a\u0085b', 'a\tb']) {
      const { error } = schema.safeParse({ ...payload, [field]: bad });
      expect(error?.issues[0]?.path, JSON.stringify(bad)).toEqual([field]);
    }
  });
});
