import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';

export type AwsCalls = { readonly queueRequests: number; readonly kmsRequests: number };

const CHANNEL = 'http.server.request.start';

/**
 * Counts what the functions ask of the embedded stack's SQS and KMS, whose servers are in this process. A receive that
 * brings messages goes with each delete, so a delete counts twice; empty receives belong to the idle costs.
 */
export function countAwsCalls(): { read(): AwsCalls; stop(): void } {
  let calls = { queueRequests: 0, kmsRequests: 0 };
  const onRequest = (message: unknown): void => {
    const request = Object(message).request;
    if (!(request instanceof IncomingMessage)) return;
    const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    if (service === 'TrentService') calls.kmsRequests += 1;
    if (service === 'AmazonSQS' && operation.startsWith('SendMessage')) calls.queueRequests += 1;
    if (service === 'AmazonSQS' && operation.startsWith('DeleteMessage')) calls.queueRequests += 2;
  };
  subscribe(CHANNEL, onRequest);
  return {
    read() {
      const reading = calls;
      calls = { queueRequests: 0, kmsRequests: 0 };
      return reading;
    },
    stop: () => unsubscribe(CHANNEL, onRequest),
  };
}
