import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMappings } from '../../../local/events/mappings.ts';
import { startRules } from '../../../local/events/rules.ts';
import { invocationsOf } from '../../../local/gate/invocations.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Work';
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const pool = () => ({ name: 'Worker', invoke: vi.fn(async () => null), kill: async () => {}, stop: async () => {} });

/** The number of polls of the queue by a mapping with these properties. */
function receives(properties: object): number {
  const queues = new SQSClient({ region: 'us-east-1' });
  const faked = mockClient(queues);
  faked.on(ReceiveMessageCommand).callsFake(() => new Promise(() => {}));
  const mapping = {
    id: 'Mapping',
    type: 'AWS::Lambda::EventSourceMapping',
    properties: { EventSourceArn: QUEUE, FunctionName: 'Worker', BatchSize: 10, ...properties },
  };
  const streams = new DynamoDBStreamsClient({ region: 'us-east-1' });
  startMappings([mapping], {
    streams,
    queues,
    pools: new Map([['Worker', pool()]]),
    attributes: new Map([['Work.Ref', 'http://127.0.0.1:1/000000000000/Work']]),
    checkpoints: '',
    permit: () => {},
    pollers: 4,
    windowMs: Number.POSITIVE_INFINITY,
  });
  return faked.commandCalls(ReceiveMessageCommand).length;
}

describe('a mapping of a queue', () => {
  it('has as many pollers as its concurrency', () => {
    expect(receives({ ScalingConfig: { MaximumConcurrency: 2 } })).toBe(2);
    expect(receives({ Enabled: true, ScalingConfig: { MaximumConcurrency: 50 } })).toBe(4);
  });

  it('that is not enabled polls nothing', () => {
    expect(receives({ Enabled: false })).toBe(0);
  });

  it.each<[string, object]>([
    ['a batching window', { MaximumBatchingWindowInSeconds: 5 }],
    ['a filter', { FilterCriteria: { Filters: [] } }],
    ['provisioned pollers', { ProvisionedPollerConfig: {} }],
  ])('cannot be hosted with %s', (_, properties) => {
    expect(() => receives(properties)).toThrow(/cannot host Mapping/);
  });
});

describe('a rule', () => {
  const rule = (properties: object) => ({
    id: 'EveryMinute',
    type: 'AWS::Events::Rule',
    properties: {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: 'Worker', Id: 'Target0', RetryPolicy: { MaximumRetryAttempts: 0 } }],
      ...properties,
    },
  });
  const invocations = invocationsOf([
    {
      id: 'Allow',
      type: 'AWS::Lambda::Permission',
      properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: 'Worker',
        Principal: 'events.amazonaws.com',
        SourceArn: 'EveryMinute.Arn',
      },
    },
  ]);
  function fired(properties: object): number {
    const target = pool();
    stops.push(startRules([rule(properties)], new Map([['Worker', target]]), invocations, undefined));
    return target.invoke.mock.calls.length;
  }

  it('fires at the start, and never when it is disabled', () => {
    expect(fired({})).toBe(1);
    expect(fired({ State: 'DISABLED' })).toBe(0);
  });

  it('cannot be hosted with retries, several targets, or no permission to invoke', () => {
    const target = { Arn: 'Worker', Id: 'Target0', RetryPolicy: { MaximumRetryAttempts: 2 } };
    expect(() => fired({ Targets: [target] })).toThrow(/MaximumRetryAttempts/);
    expect(() => fired({ Targets: [] })).toThrow(/cannot host EveryMinute/);
    expect(() => startRules([rule({})], new Map([['Worker', pool()]]), invocationsOf([]), undefined)).toThrow(
      /Nothing lets events.amazonaws.com invoke Worker/,
    );
  });
});
