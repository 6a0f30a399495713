/**
 * Permissions that AWS itself uses with a function's role. They are checked when the stack starts, not call by call.
 */
import { Complaint } from '../complaint.ts';
import { allowedBy, type Need, type Permission, type Statement } from './policy.ts';

const needs = (resource: string, ...actions: readonly string[]): readonly Need[] =>
  actions.map((action) => ({ action, resource, context: {} }));

/** Lambda writes the logs of a function. */
export const logNeeds = (logGroupArn: string) => needs(logGroupArn, 'logs:CreateLogStream', 'logs:PutLogEvents');

/** Lambda reads a queue for its mapping ("Configuring a queue to use with Lambda", developer guide). */
export const queueMappingNeeds = (queueArn: string) =>
  needs(queueArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');

/** Lambda reads a stream for its mapping, and names skipped records in a queue. */
export const streamMappingNeeds = (streamArn: string, destinationArn: string | undefined) => [
  ...needs(
    streamArn,
    'dynamodb:DescribeStream',
    'dynamodb:GetShardIterator',
    'dynamodb:GetRecords',
    'dynamodb:ListStreams',
  ),
  ...(destinationArn === undefined ? [] : needs(destinationArn, 'sqs:SendMessage')),
];

/** Additional permissions that CDK grants for a function's source queue or failure queue. They are never needed. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'sqs:ReceiveMessage': ['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl'],
  'sqs:SendMessage': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
};

/** The additional permissions of CDK's grants for these mappings. */
export const besideMappings = (mappingNeeds: readonly Need[]): readonly Permission[] =>
  mappingNeeds.flatMap(({ action, resource }) =>
    (BESIDE[action] ?? []).map((each) => ({ action: each, resource, condition: null })),
  );

/** The permissions that these needs use. Throws Complaint that names the first one that the role lacks. */
export function permitted(
  function_: string,
  statements: readonly Statement[],
  needed: readonly Need[],
): readonly Permission[] {
  return needed.flatMap((need) => {
    const used = allowedBy(statements, need);
    if (used === null)
      throw new Complaint(`The role of ${function_} does not let Lambda do ${need.action} on ${need.resource}.`);
    return used;
  });
}
