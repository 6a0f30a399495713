import { gzipSync } from 'node:zlib';
import type middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpReply } from './problem.ts';

/** Shorter replies gain nothing. */
const LEAST_BYTES = 1024;

/**
 * Compresses replies over 1 KB with gzip where Accept-Encoding asks for it (RFC 9110, section 12.5.3). The gateway
 * takes bytes in base64 (payload format 2.0). ETag stays: it is the version of the resource, not of its bytes.
 */
export function compress(): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpReply> {
  const onReply: middy.MiddlewareFn<APIGatewayProxyEventV2, HttpReply> = (request) => {
    const { event, response } = request;
    if (response === null || response === undefined || Buffer.byteLength(response.body) <= LEAST_BYTES) return;
    const headers = { ...response.headers, vary: 'accept-encoding' };
    request.response = takesGzip(event.headers['accept-encoding'] ?? '')
      ? {
          ...response,
          headers: { ...headers, 'content-encoding': 'gzip' },
          body: gzipSync(response.body).toString('base64'),
          isBase64Encoded: true,
        }
      : { ...response, headers };
  };
  return { after: onReply, onError: onReply };
}

/** Whether gzip is named with a weight above 0; else whether `*` is. */
function takesGzip(accepted: string): boolean {
  const weights = new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map((each): [string, number] => {
        const [coding = '', ...parameters] = each.split(';').map((part) => part.trim());
        const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1];
        return [coding, weight === undefined ? 1 : Number(weight)];
      }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
