import { describe, expect, it } from 'vitest';
import { invocationsOf, routeArn } from '../../../local/gate/invocations.ts';
import { requireRolesDecide } from '../../../local/gate/key-policy.ts';
import { besideMappings, permitted, queueMappingNeeds, streamMappingNeeds } from '../../../local/gate/platform.ts';
import { rolesOf } from '../../../local/gate/roles.ts';

const resource = (type: string, properties: Record<string, unknown>, id = 'It') => ({ id, type, properties });
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const role = (properties: Record<string, unknown> = {}) =>
  resource('AWS::IAM::Role', { AssumeRolePolicyDocument: TRUST, ...properties }, 'WorkerRole');
const policy = (properties: Record<string, unknown> = {}) =>
  resource('AWS::IAM::Policy', {
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'a:B', Resource: 'arn' }] },
    Roles: ['WorkerRole'],
    ...properties,
  });

describe('the roles of a template', () => {
  it('contain the permissions of their policies', () => {
    expect(rolesOf([role()], [policy(), policy()]).get('WorkerRole')).toEqual(
      Array(2).fill({ actions: ['a:B'], resources: ['arn'], conditions: [] }),
    );
  });

  it.each<[string, () => unknown]>([
    ['a role with managed policies', () => rolesOf([role({ ManagedPolicyArns: ['arn'] })], [])],
    ['a role with inline policies', () => rolesOf([role({ Policies: [] })], [])],
    ['a role with a boundary', () => rolesOf([role({ PermissionsBoundary: 'arn' })], [])],
    ['a role that another service assumes', () => rolesOf([role({ AssumeRolePolicyDocument: {} })], [])],
    ['a policy of two roles', () => rolesOf([role()], [policy({ Roles: ['WorkerRole', 'OtherRole'] })])],
    ['a policy of an unknown form', () => rolesOf([role()], [policy({ PolicyDocument: {} })])],
  ])('cannot be hosted with %s', (_, read) => {
    expect(read).toThrow(/cannot host/);
  });
});

describe('the permissions that Lambda needs for a mapping', () => {
  const statements = (...actions: string[]) => [{ actions, resources: ['queue', 'stream'], conditions: [] }];
  const QUEUE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const STREAM = ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListStreams'].map((each) => `dynamodb:${each}`);

  it.each(QUEUE)('of a queue are %s', (action) => {
    const needs = queueMappingNeeds('queue');
    expect(permitted('Worker', statements(...QUEUE), needs)).toHaveLength(3);
    const others = QUEUE.filter((each) => each !== action);
    expect(() => permitted('Worker', statements(...others), needs)).toThrow(
      `The role of Worker does not let Lambda do ${action} on queue.`,
    );
  });

  it.each([...STREAM, 'sqs:SendMessage'])('of a stream with a destination are %s', (action) => {
    const all = [...STREAM, 'sqs:SendMessage'];
    const needs = streamMappingNeeds('stream', 'queue');
    expect(permitted('Projector', statements(...all), needs)).toHaveLength(5);
    const others = all.filter((each) => each !== action);
    expect(() => permitted('Projector', statements(...others), needs)).toThrow(action);
  });

  it('do not include the additional grants of CDK', () => {
    const names = (needs: Parameters<typeof besideMappings>[0]) => besideMappings(needs).map(({ action }) => action);
    expect(names(queueMappingNeeds('queue'))).toEqual(['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl']);
    expect(names(streamMappingNeeds('stream', undefined))).toEqual([]);
  });
});

describe('the permission to invoke a function', () => {
  const permission = (SourceArn: string, more: object = {}) =>
    resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: 'Read',
      Principal: 'apigateway.amazonaws.com',
      SourceArn,
      ...more,
    });
  const API = 'arn:aws:execute-api:us-east-1:000000000000:api';
  const invoke = (given: object[], route: string, function_ = 'Read', principal = 'apigateway.amazonaws.com') => {
    const permissions = given.map((each) => permission(`${API}/*/*/*`, each));
    return () => invocationsOf(permissions).require(function_, principal, routeArn('api', route));
  };

  it('covers every route by its method and path, but not the default route, which has neither', () => {
    expect(invoke([{}], 'GET /api/jobs')).not.toThrow();
    expect(invoke([{}], 'ANY /api/jobs/{id}')).not.toThrow();
    expect(invoke([{}], '$default')).toThrow(/Nothing lets apigateway.amazonaws.com invoke Read/);
    expect(invoke([{ SourceArn: `${API}/*/$default` }], '$default')).not.toThrow();
  });

  it('applies to one function, one service and one source', () => {
    expect(invoke([{}], 'GET /api/jobs', 'Command')).toThrow(/Nothing lets/);
    expect(invoke([{}], 'GET /api/jobs', 'Read', 'events.amazonaws.com')).toThrow(/Nothing lets/);
    expect(invoke([{ SourceArn: `${API}/*/POST/*` }], 'GET /api/jobs')).toThrow(/Nothing lets/);
    expect(invoke([], 'GET /api/jobs')).toThrow(/Nothing lets/);
  });

  it('cannot be hosted with an unknown condition', () => {
    expect(invoke([{ PrincipalOrgID: 'o-1' }], 'GET /api/jobs')).toThrow(/PrincipalOrgID/);
  });
});

it('a key with its own policy cannot be hosted', () => {
  const key = (Principal: object) =>
    resource('AWS::KMS::Key', {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [{ Action: 'kms:*', Effect: 'Allow', Principal, Resource: '*' }],
      },
    });
  expect(() => requireRolesDecide(key({ AWS: 'arn:aws:iam::000000000000:root' }))).not.toThrow();
  expect(() => requireRolesDecide(key({ AWS: '*' }))).toThrow(/cannot host It \(AWS::KMS::Key\)/);
});
