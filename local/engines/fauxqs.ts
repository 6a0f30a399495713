import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { Listening } from '../http/listen.ts';
import type { Resource } from '../template/assembly.ts';

/** SQS in this process, on loopback (its own starter listens on every interface). Messages need not outlive it. */
export async function startSqs(): Promise<Listening> {
  const app = buildApp({ logger: false });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, port: Number(new URL(url).port), stop: () => app.close() };
}

const queueSchema = z.object({
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.unknown().optional(),
});

/** Makes a queue of the template (its values resolved) and returns its URL, under an address that every client reaches. */
export async function createQueue(client: SQSClient, resource: Resource, endpoint: string): Promise<string> {
  const { RedrivePolicy, ...numbers } = queueSchema.parse(resource.properties);
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) attributes[name] = String(value);
  if (RedrivePolicy !== undefined) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: resource.id, Attributes: attributes }));
  if (QueueUrl === undefined) throw new Error(`queue ${resource.id} has no URL`);
  return `${endpoint}${new URL(QueueUrl).pathname}`;
}
