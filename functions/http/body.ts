import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

const MOST_BYTES = 256 * 1024;
/** Deeper JSON is nobody's request; refusing it early bounds what every later step can meet. */
const MOST_LEVELS = 32;

/** The JSON body of a request; `{}` for none. Throws body_too_large, unsupported_media_type, invalid_json, invalid_request. */
export function jsonBody(event: APIGatewayProxyEventV2): unknown {
  const raw =
    event.body === undefined ? Buffer.alloc(0) : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (raw.byteLength > MOST_BYTES) throw new Problem('body_too_large');
  if (raw.byteLength === 0) return {};
  const mediaType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Problem('unsupported_media_type');
  const body = parsed(raw);
  if (levels(body) > MOST_LEVELS) {
    throw new Problem('invalid_request', {
      errors: [{ pointer: '', message: `nested deeper than ${MOST_LEVELS} levels` }],
    });
  }
  return cleaned(body);
}

function parsed(raw: Buffer): unknown {
  try {
    // No reviver: with one, V8 walks the value recursively and hostile depth ends the call stack.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    throw new Problem('invalid_json');
  }
}

/** Text without lone surrogates, objects without a key that could reach a prototype. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  if (Object.hasOwn(value, '__proto__')) throw new Problem('invalid_json');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), cleaned(inner)]));
}

/** Depth of nesting, counted with a stack of its own so that hostile depth costs no call stack. */
function levels(value: unknown): number {
  let deepest = 0;
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined && deepest <= MOST_LEVELS; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    deepest = Math.max(deepest, next.depth);
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return deepest;
}
