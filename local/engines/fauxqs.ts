import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { Gate } from '../gate/gate.ts';
import { sqsNeeds } from '../gate/needs.ts';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import type { Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { guardedServer } from './guard.ts';

/** Starts SQS in this process, behind guard and gate. It stores nothing on disk. */
export async function startSqs(gate: Gate): Promise<Listening> {
  const app = buildApp({ logger: false });
  await app.ready();
  const server = guardedServer(gate, sqsNeeds, async ({ method, url: path = '/', headers }, response, body) => {
    const reply = await app.inject({ method: method === 'POST' ? 'POST' : 'GET', url: path, headers, payload: body });
    response
      .writeHead(
        reply.statusCode,
        Object.entries(reply.headers).flatMap(([name, value]) => [name, String(value)]),
      )
      .end(reply.rawPayload);
  });
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

const queueSchema = z.strictObject({
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.int() }).optional(),
});

/**
 * Creates a queue of the template (with resolved values) and returns its URL, with an address that every client can
 * reach.
 */
export async function createQueue(client: SQSClient, resource: Resource, endpoint: string): Promise<string> {
  const { RedrivePolicy, ...numbers } = hosted(resource, queueSchema);
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) attributes[name] = String(value);
  if (RedrivePolicy !== undefined) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: resource.id, Attributes: attributes }));
  if (QueueUrl === undefined) throw new Error(`queue ${resource.id} has no URL`);
  return `${endpoint}${new URL(QueueUrl).pathname}`;
}
