import { expect, test } from 'vitest';
import { RETENTION_ROW, VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { type Statement, statementsOf, synthesized } from './synthesized.ts';

const statements = statementsOf(synthesized().service);

const about = (name: string) => (statement: Statement) => JSON.stringify(statement.Resource).includes(name);
const actionsOn = (name: string) => [...new Set(statements.filter(about(name)).flatMap(({ Action }) => Action))].sort();
const holdersOf = (action: string, of: readonly Statement[]) =>
  [...new Set(of.filter(({ Action }) => Action.includes(action)).map(({ holder }) => holder))].sort();

test('no function may change an event or write one without a condition, and only retention may remove one', () => {
  const onTable = statements.filter(
    (statement) => about('EventLogEvents')(statement) && !about('StreamArn')(statement),
  );
  expect([...new Set(onTable.flatMap(({ Action }) => Action))].sort()).toEqual([
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
  ]);
  expect(holdersOf('dynamodb:DeleteItem', onTable)).toEqual(['Retention']);
  expect(holdersOf('dynamodb:ConditionCheckItem', onTable)).toEqual(['Sweeper']);
  expect(holdersOf('dynamodb:PutItem', onTable)).toEqual([
    'Bulk',
    'Command',
    'Credentials',
    'Dispatcher',
    'Retention',
    'Sweeper',
    'Tasks',
    'Webhooks',
    'Worker',
  ]);
});

test('only the functions of its mappings read the log’s stream, and bulk operations for their marks', () => {
  const onStream = statements.filter(about('StreamArn')).filter(about('EventLogEvents'));
  for (const action of ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'])
    expect(holdersOf(action, onStream)).toEqual(['Bulk', 'Dispatcher', 'Projector']);
});

test('every statement allows named actions on named resources', () => {
  expect(statements.length).toBeGreaterThan(20);
  for (const { Effect, Action, Resource } of statements) {
    expect(Effect).toBe('Allow');
    expect(Action.filter((action) => action.includes('*'))).toEqual([]);
    expect(JSON.stringify(Resource)).not.toContain('*');
  }
});

test('only the worker and the credential function can open a credential, and every use of the key names a purpose', () => {
  const uses = statements.filter(about('DataKey'));
  const purposes = uses.map(({ holder, Action, Condition }) => [
    holder,
    Condition?.StringEquals?.['kms:EncryptionContext:purpose'],
    Action.join(' '),
  ]);
  expect(purposes.sort()).toEqual([
    ['Command', 'cursor', 'kms:Decrypt kms:GenerateDataKey'],
    ['Credentials', 'credential', 'kms:Decrypt kms:GenerateDataKey'],
    ['Credentials', 'cursor', 'kms:Decrypt kms:GenerateDataKey'],
    ['Credentials', 'webhook', 'kms:Decrypt kms:GenerateDataKey'],
    ['Read', 'cursor', 'kms:Decrypt kms:GenerateDataKey'],
    ['Tasks', 'cursor', 'kms:Decrypt kms:GenerateDataKey'],
    ['Webhooks', 'webhook', 'kms:Decrypt'],
    ['Worker', 'credential', 'kms:Decrypt'],
  ]);
});

test('only the projector writes views; the API functions may put the cursor key and nothing else', () => {
  const writes = statements.filter(about('TablesViews')).filter(({ Action }) => Action.includes('dynamodb:PutItem'));
  const free = writes.filter(({ Condition }) => Condition === undefined).map(({ holder }) => holder);
  expect(free).toEqual(['Projector']);
  for (const { Condition } of writes.filter(({ holder }) => holder !== 'Projector'))
    expect(Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [VIEWS.cursorKey] } });
});

test('only the counter changes counters, and it may change nothing else', () => {
  const own = statements.filter(({ holder }) => holder === 'Counter').filter(about('TablesViews'));
  const onRows = own.filter(({ Condition }) => Condition !== undefined);
  expect(onRows.map(({ Action, Condition }) => [Action, Condition])).toEqual([
    [['dynamodb:UpdateItem'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['cnt#*'] } }],
  ]);
  const rest = own.filter(({ Condition }) => Condition === undefined);
  expect(rest.every(({ Resource }) => JSON.stringify(Resource).includes('StreamArn'))).toBe(true);
});

test('only the credential function creates or destroys secrets', () => {
  const onSecrets = statements.filter(about('TablesSecrets'));
  expect(actionsOn('TablesSecrets')).not.toContain('dynamodb:Scan');
  expect(holdersOf('dynamodb:PutItem', onSecrets)).toEqual(['Credentials']);
  expect(holdersOf('dynamodb:DeleteItem', onSecrets)).toEqual(['Credentials']);
  expect(holdersOf('dynamodb:UpdateItem', onSecrets)).toEqual(['Credentials', 'Worker']);
});

test('only the credential function stores shared keys, none removes one, and the worker may only read that of credentials', () => {
  const onRows = statements.filter(about('TablesSecrets')).filter(({ Condition }) => Condition !== undefined);
  const grants = onRows.flatMap(({ holder, Action, Condition }) =>
    [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []]
      .flat()
      .map((row) => [holder, String(row), Action.map((action) => action.replace('dynamodb:', '')).join(' ')]),
  );
  expect(grants.filter(([, row]) => row?.startsWith('key#')).sort()).toEqual([
    ['Credentials', 'key#credential', 'GetItem PutItem'],
    ['Credentials', 'key#webhook', 'GetItem PutItem'],
    ['Worker', 'key#credential', 'GetItem'],
  ]);
  expect(grants.filter(([holder]) => holder === 'Worker').sort()).toEqual([
    ['Worker', 'key#credential', 'GetItem'],
    ['Worker', 'pc_*', 'GetItem UpdateItem'],
  ]);
  const free = statements.filter(about('TablesSecrets')).filter(({ Condition }) => Condition === undefined);
  expect([...new Set(free.flatMap(({ Action }) => Action))]).toEqual(['dynamodb:BatchGetItem']);
});

test('the webhook function reads only the secrets of endpoints', () => {
  const own = statements.filter(about('TablesSecrets')).filter(({ holder }) => holder === 'Webhooks');
  expect(own.map(({ Action, Condition }) => [Action, Condition])).toEqual([
    [['dynamodb:GetItem'], { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['whk_*', 'match#*'] } }],
  ]);
});

test('only retention writes the retention periods in force', () => {
  const writes = statements
    .filter(about('TablesLeases'))
    .filter(({ Action }) => Action.some((action) => /:(Put|Update|Delete|Batch\w*Write)Item$/.test(action)));
  const patterns = ({ Condition }: Statement) =>
    [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? '*'].flat().map(String);
  const may = writes.filter((statement) =>
    patterns(statement).some((pattern) =>
      pattern.endsWith('*') ? RETENTION_ROW.startsWith(pattern.slice(0, -1)) : pattern === RETENTION_ROW,
    ),
  );
  expect(may.map(({ holder }) => holder)).toEqual(['Retention']);
  expect(writes.length).toBeGreaterThan(6);
});
