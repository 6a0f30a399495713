import { expect, it } from 'vitest';
import { errorFields } from '../../functions/runtime/logger.ts';

it('errorFields contain an error’s name and stack', () => {
  const { error_name, error_stack } = errorFields(new RangeError('too far'));
  expect(error_name).toBe('RangeError');
  expect(error_stack).toContain('logger.test.ts');
});

it.each(['hunter2', 'no\n    at hunter2 (password)', '\n    at hunter2', 'a\r\n at hunter2\n'])(
  'errorFields contain nothing of the message %j',
  (message) => {
    const fields = errorFields(new Error(message));
    expect(JSON.stringify(fields)).not.toContain('hunter2');
    expect(fields.error_stack).toContain('logger.test.ts');
  },
);

it('errorFields do not contain the first message of an error whose message was changed later', () => {
  const error = new Error('no\n    at hunter2 (password)');
  error.message = 'redacted';
  expect(JSON.stringify(errorFields(error))).not.toContain('hunter2');
});

it.each(['hunter2', null, undefined, { secret: 'hunter2' }])(
  'errorFields of a thrown value that is not an error contain only its type: %j',
  (thrown) => {
    expect(errorFields(thrown)).toEqual({ error_name: typeof thrown, error_stack: '' });
  },
);
