import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import type { Resource } from '../template/assembly.ts';
import { guardedServer } from './guard.ts';
import type { StartCredentials } from './start-credentials.ts';

/** SQS in this process, behind the guard: it answers only requests with these credentials. It keeps nothing. */
export async function startSqs(credentials: StartCredentials): Promise<Listening> {
  const app = buildApp({ logger: false });
  await app.ready();
  const server = guardedServer(credentials, (request, response) => app.routing(request, response));
  const { url, port, stop } = await listenOnLoopback(server, 0);
  return {
    url,
    port,
    async stop() {
      await stop();
      await app.close();
    },
  };
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
