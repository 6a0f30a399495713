import { expect, it } from 'vitest';
import { errorFields } from '../../functions/runtime/logger.ts';

it('names an error and where it came from', () => {
  const { error_name, error_stack } = errorFields(new RangeError('too far'));
  expect(error_name).toBe('RangeError');
  expect(error_stack).toContain('logger.test.ts');
});

it.each(['hunter2', 'no\n    at hunter2 (password)', '\n    at hunter2', 'a\r\n at hunter2\n'])(
  'keeps no word of the message %j',
  (message) => {
    const fields = errorFields(new Error(message));
    expect(JSON.stringify(fields)).not.toContain('hunter2');
    expect(fields.error_stack).toContain('logger.test.ts');
  },
);

it('keeps no word of a message that was changed afterwards', () => {
  const error = new Error('no\n    at hunter2 (password)');
  error.message = 'redacted';
  expect(JSON.stringify(errorFields(error))).not.toContain('hunter2');
});

it.each(['hunter2', null, undefined, { secret: 'hunter2' }])(
  'tells only the kind of what is no error: %j',
  (thrown) => {
    expect(errorFields(thrown)).toEqual({ error_name: typeof thrown, error_stack: '' });
  },
);
