import { describe, expect, it } from 'vitest';
import { matchesPattern, readPattern } from '../../../local/events/filter.ts';

const record = { eventName: 'INSERT', dynamodb: { NewImage: { type: { S: 'JobRequested' } } } };

describe('an event filter', () => {
  it.each<[string, unknown, boolean]>([
    ['a value that is present', { eventName: ['INSERT'] }, true],
    ['one of several values', { eventName: ['MODIFY', 'INSERT'] }, true],
    ['a value that is absent', { eventName: ['REMOVE'] }, false],
    ['a nested value', { dynamodb: { NewImage: { type: { S: ['JobRequested'] } } } }, true],
    [
      'two fields, of which one differs',
      { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['TaskCreated'] } } } },
      false,
    ],
    ['a prefix', { eventName: [{ prefix: 'INS' }] }, true],
    ['another prefix', { eventName: [{ prefix: 'DEL' }] }, false],
    ['a field that must exist', { dynamodb: { Keys: [{ exists: true }] } }, false],
    ['a field that must not exist', { dynamodb: { Keys: [{ exists: false }] } }, true],
    ['anything but', { eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
    ['anything but the present value', { eventName: [{ 'anything-but': ['INSERT'] }] }, false],
  ])('decides by %s', (_, pattern, matches) => {
    expect(matchesPattern(readPattern(pattern), record)).toBe(matches);
  });

  it.each<[string, unknown]>([
    ['an operator that is not known', { eventName: [{ wildcard: '*' }] }],
    ['two operators at once', { eventName: [{ prefix: 'I', exists: true }] }],
    ['a number test', { dynamodb: { SizeBytes: [{ numeric: ['>', 1] }] } }],
    ['no condition', { eventName: [] }],
    ['a value outside a list', { eventName: 'INSERT' }],
  ])('refuses %s', (_, pattern) => {
    expect(() => readPattern(pattern)).toThrow();
  });
});
