import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

const MAX_BYTES = 256 * 1024;
/** No request of this API needs deeper JSON. An early refusal limits the depth for all later code. */
const MAX_LEVELS = 32;

/**
 * The JSON body of a request; `{}` if there is none. Throws Problem body_too_large, unsupported_media_type,
 * invalid_json or invalid_request.
 */
export function jsonBody(event: APIGatewayProxyEventV2): unknown {
  const raw =
    event.body === undefined ? Buffer.alloc(0) : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (raw.byteLength > MAX_BYTES) throw new Problem('body_too_large');
  if (raw.byteLength === 0) return {};
  const mediaType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Problem('unsupported_media_type');
  const body = parsed(raw);
  if (levels(body) > MAX_LEVELS) {
    throw new Problem('invalid_request', {
      errors: [{ pointer: '', message: `nested deeper than ${MAX_LEVELS} levels` }],
    });
  }
  return cleaned(body);
}

function parsed(raw: Buffer): unknown {
  try {
    // A reviver is not used: V8 would walk the value recursively, and deep nesting would overflow the call stack.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    throw new Problem('invalid_json');
  }
}

/** Replaces lone surrogates in texts. Throws Problem invalid_json for a key `__proto__`. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  if (Object.hasOwn(value, '__proto__')) throw new Problem('invalid_json');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), cleaned(inner)]));
}

/** Depth of nesting. It uses a stack of its own, so that deep nesting cannot overflow the call stack. */
function levels(value: unknown): number {
  let deepest = 0;
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined && deepest <= MAX_LEVELS; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    deepest = Math.max(deepest, next.depth);
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return deepest;
}
