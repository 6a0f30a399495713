// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's.
import { describe, expect, it } from 'vitest';
import type { Assembly } from '../../../local/template/assembly.ts';
import { resolveValue } from '../../../local/template/intrinsics.ts';

const assembly: Assembly = {
  directory: '',
  resources: [],
  exports: new Map([['State:Table', { Ref: 'Table' }]]),
};
const attributes = new Map([
  ['Table.Ref', 'Table'],
  ['Table.StreamArn', 'arn:stream'],
  ['Queue.Ref', 'http://queue'],
]);
const resolve = (value: unknown): unknown => resolveValue(value, assembly, attributes);

describe('intrinsic functions of a template', () => {
  it.each<[string, unknown, unknown]>([
    ['a reference to a resource of an engine', { Ref: 'Queue' }, 'http://queue'],
    ['a reference to any other resource, which is its logical id', { Ref: 'Role' }, 'Role'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['an attribute', { 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'arn:stream'],
    ['a join over references', { 'Fn::Join': ['/', ['a', { Ref: 'Table' }]] }, 'a/Table'],
    [
      'a substitution by reference, attribute and pseudo parameter',
      { 'Fn::Sub': '${Table}-${Table.StreamArn}-${AWS::AccountId}' },
      'Table-arn:stream-000000000000',
    ],
    ['a substitution with values of its own', { 'Fn::Sub': ['${Name}!', { Name: { Ref: 'Table' } }] }, 'Table!'],
    ['an escaped substitution, which stays', { 'Fn::Sub': '${!Literal}' }, '${Literal}'],
    ['a selection from a split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['an import from another stack', { 'Fn::ImportValue': 'State:Table' }, 'Table'],
    ['values at any depth', { a: [{ b: { Ref: 'Table' } }], c: 1 }, { a: [{ b: 'Table' }], c: 1 }],
    ['properties without a value, which are removed', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('refuse an unknown function', () => {
    expect(() => resolve({ 'Fn::If': ['A', 'b', 'c'] })).toThrow('Fn::If');
  });

  it('refuse an import that no stack exports', () => {
    expect(() => resolve({ 'Fn::ImportValue': 'Nobody:This' })).toThrow('Nobody:This');
  });
});
