import { expect, it } from 'vitest';
import { resolveAliases } from '../../../local/lambda/aliases.ts';
import type { FunctionPool } from '../../../local/lambda/function-pool.ts';

const pool: FunctionPool = { name: 'Read', invoke: async () => null, kill: async () => {}, stop: async () => {} };
const alias = (name: string) => ({
  id: 'ReadLive',
  type: 'AWS::Lambda::Alias',
  properties: { FunctionName: name, Name: 'live' },
});

it('an alias is found by its ARN, and by function and alias name', () => {
  const { pools, attributes } = resolveAliases([alias('Read')], new Map([['Read', pool]]));
  const arn = attributes.get('ReadLive.Ref') ?? '';
  expect(arn).toMatch(/^arn:aws:lambda:[^:]+:\d{12}:function:Read:live$/);
  expect([pools.get(arn), pools.get('Read:live'), pools.get('Read')]).toEqual([pool, pool, pool]);
});

it('an alias of an unknown function stops the start', () => {
  expect(() => resolveAliases([alias('Gone')], new Map([['Read', pool]]))).toThrow(
    'ReadLive is an alias of an unknown function',
  );
});
