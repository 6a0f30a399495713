import { describe, expect, it } from 'vitest';
import { allowedBy, permissionsOf, permissionText, statementsOf } from '../../../local/gate/policy.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Views';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/data';
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE, ...more });
const rows = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });
const need = (context: Record<string, string[]> = {}, action = 'dynamodb:GetItem', resource = TABLE) => ({
  action,
  resource,
  context,
});
const ofRows = (...values: string[]) => need({ 'dynamodb:LeadingKeys': values });
const allows = (statement: object, ...needs: ReturnType<typeof need>[]) =>
  needs.map((each) => allowedBy(statementsOf(document(statement)), each) !== null);

describe('a policy', () => {
  it('allows an action that it names on a resource that it names, and no other', () => {
    const statement = allow({ Action: ['dynamodb:GetItem', 'dynamodb:Query'] });
    expect(
      allows(
        statement,
        need(),
        need({}, 'dynamodb:Query'),
        need({}, 'dynamodb:PutItem'),
        need({}, 'dynamodb:GetItem', `${TABLE}/index/by_account`),
        need({}, 'dynamodb:GetItem', `${TABLE}2`),
      ),
    ).toEqual([true, true, false, false, false]);
  });

  it('that is limited to rows allows a call whose rows are all among them', () => {
    const statement = allow({ Condition: rows('key', 'run#*') });
    expect(
      allows(statement, ofRows('key'), ofRows('run#1'), ofRows('key', 'run#1'), ofRows('key', 'job_1'), ofRows('keys')),
    ).toEqual([true, true, true, false, false]);
  });

  it('matches all characters of a pattern literally, except for the wildcards', () => {
    const statement = allow({ Condition: rows('a.b', 'c?') });
    expect(allows(statement, ofRows('a.b'), ofRows('axb'), ofRows('c1'), ofRows('c12'), ofRows('x\na.b'))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('that is limited to a purpose of the key allows only that purpose, and nothing without a purpose', () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:purpose': 'cursor' } };
    const statement = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, Condition };
    const decrypt = (context: Record<string, string[]>) => need(context, 'kms:Decrypt', KEY);
    const purpose = (...values: string[]) => decrypt({ 'kms:EncryptionContext:purpose': values });
    expect(allows(statement, purpose('cursor'), purpose('credential'), purpose('*'), decrypt({}))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('lists each permission by action, resource, and value of the condition', () => {
    const statements = statementsOf(document(allow({ Condition: rows('key', 'run#*') }), allow({ Action: ['a:B'] })));
    expect(permissionsOf(statements).map((each) => permissionText('Read', each))).toEqual([
      `Read dynamodb:GetItem ${TABLE} [dynamodb:LeadingKeys key]`,
      `Read dynamodb:GetItem ${TABLE} [dynamodb:LeadingKeys run#*]`,
      `Read a:B ${TABLE}`,
    ]);
  });

  it('uses only the permissions that the call needs', () => {
    const statements = statementsOf(document(allow({ Condition: rows('key', 'run#*') })));
    expect(allowedBy(statements, ofRows('run#1'))?.map(({ condition }) => condition?.value)).toEqual(['run#*']);
  });

  it('counts the wider of two permissions as used, so that the narrower one is reported as unused', () => {
    const statements = statementsOf(document(allow({ Condition: rows('key') }), allow()));
    expect(allowedBy(statements, ofRows('key'))).toEqual([
      { action: 'dynamodb:GetItem', resource: TABLE, condition: null },
    ]);
  });

  it.each<[string, object]>([
    ['a Deny', allow({ Effect: 'Deny' })],
    ['NotAction', { Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: TABLE }],
    ['NotResource', { Effect: 'Allow', Action: 'dynamodb:GetItem', NotResource: TABLE }],
    ['a principal', allow({ Principal: '*' })],
    ['a wildcard in an action', allow({ Action: 'dynamodb:*' })],
    ['a wildcard in a resource', allow({ Resource: `${TABLE}/index/*` })],
    ['no action', allow({ Action: [] })],
    ['an operator that it does not know', allow({ Condition: { StringNotEquals: { 'aws:RequestedRegion': 'x' } } })],
    ['a condition key that it does not know', allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } })],
    ['two operators', allow({ Condition: { ...rows('key'), StringEquals: { 'kms:EncryptionContext:a': 'b' } } })],
    ['rows of an action whose rows the gate cannot find', allow({ Action: 'dynamodb:Query', Condition: rows('key') })],
  ])('with %s is refused', (_, statement) => {
    expect(() => statementsOf(document(statement))).toThrow();
  });
});
