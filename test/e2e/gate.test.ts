/** The stack enforces the role of every function, and refuses a template that it would host only in part. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Stack } from '../../local/stack.ts';
import type { Assembly, Resource } from '../../local/template/assembly.ts';
import { apiOf, startTestStack } from '../fixtures/api.ts';
import { takeDenials } from '../fixtures/denials.ts';

let stack: Stack | null = null;
afterEach(async () => {
  await stack?.stop();
  stack = null;
});

type Change = (resource: Resource) => Resource | null;
const altered =
  (change: Change) =>
  (assembly: Assembly): Assembly => ({
    ...assembly,
    resources: assembly.resources.flatMap((each) => change(each) ?? []),
  });

async function start(change: Change): Promise<Stack> {
  stack = await startTestStack(null, { altered: altered(change) });
  return stack;
}

/** The template with one action less for a role, on all resources. */
function withoutAction(role: string, action: string): Change {
  return (resource) =>
    resource.type === 'AWS::IAM::Policy' && resource.id.startsWith(role)
      ? { ...resource, properties: JSON.parse(JSON.stringify(resource.properties), dropping(action)) }
      : resource;
}

const dropping = (action: string) => (_: string, value: unknown) =>
  Array.isArray(value) ? value.filter((each) => each !== action && Object(each).Action !== action) : value;

const withProperties =
  (type: string, properties: object): Change =>
  (resource) =>
    resource.type === type ? { ...resource, properties: { ...resource.properties, ...properties } } : resource;

describe('a function whose role lacks a permission', () => {
  it('is denied the call that needs it, and the denial is reported', async () => {
    const api = await apiOf(await start(withoutAction('CredentialsRole', 'dynamodb:PutItem')), 'acc_gate');
    const created = await api.post('/api/accounts/acc_gate/provider-credentials', {
      provider_kind: 'imap',
      host: 'imap.example.com',
      port: 993,
      security_mode: 'ssl_tls',
      auth_kind: 'password',
      secret: { username: 'ann', password: 'secret' },
    });
    expect(created.status).toBe(500);
    expect(takeDenials()[0]).toMatch(
      /^Credentials\w+ dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table\//,
    );
  });

  it('makes a stack refuse to start where Lambda itself needs it for a mapping', async () => {
    await expect(start(withoutAction('ProjectorRole', 'dynamodb:GetRecords'))).rejects.toThrow(
      /role of Projector\S* does not let Lambda do dynamodb:GetRecords/,
    );
    await expect(start(withoutAction('WorkerRole', 'sqs:DeleteMessage'))).rejects.toThrow(/sqs:DeleteMessage/);
    await expect(start(withoutAction('ReadRole', 'logs:PutLogEvents'))).rejects.toThrow(/logs:PutLogEvents/);
  });
});

describe('a template that the stack cannot host', () => {
  it.each<[string, Change, RegExp]>([
    [
      'a property of a mapping',
      withProperties('AWS::Lambda::EventSourceMapping', { TumblingWindowInSeconds: 60 }),
      /AWS::Lambda::EventSourceMapping.*TumblingWindowInSeconds/,
    ],
    ['a property of a function', withProperties('AWS::Lambda::Function', { SnapStart: {} }), /Function.*SnapStart/],
    ['another runtime', withProperties('AWS::Lambda::Function', { Runtime: 'nodejs26.x' }), /Function.*nodejs24/],
    ['a property of a route', withProperties('AWS::ApiGatewayV2::Route', { ModelSelectionExpression: 'x' }), /Route/],
    ['a property of a queue', withProperties('AWS::SQS::Queue', { DelaySeconds: 5 }), /Queue.*DelaySeconds/],
    ['a property of a rule', withProperties('AWS::Events::Rule', { EventPattern: {} }), /Rule.*EventPattern/],
    [
      'a property of a table',
      withProperties('AWS::DynamoDB::GlobalTable', { SSESpecification: {} }),
      /SSESpecification/,
    ],
    ['a type', (each) => ({ ...each, type: each.type.replace('Events::Rule', 'Scheduler::Schedule') }), /Scheduler/],
    ['a role’s policies', withProperties('AWS::IAM::Role', { ManagedPolicyArns: ['arn'] }), /Role.*ManagedPolicyArns/],
    ['no permission to invoke', (each) => (each.type === 'AWS::Lambda::Permission' ? null : each), /Nothing lets/],
    [
      'a filter operator',
      (each) =>
        each.properties.FilterCriteria === undefined
          ? each
          : {
              ...each,
              properties: {
                ...each.properties,
                FilterCriteria: { Filters: [{ Pattern: '{"eventName":[{"wildcard":"*"}]}' }] },
              },
            },
      /Invalid input/,
    ],
  ])('is refused by name: %s', async (_, change, message) => {
    await expect(start(change)).rejects.toThrow(message);
  });
});
