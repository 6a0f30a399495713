import type { AnyContract, ReplyShape } from '../../http/contract.ts';
import { EXAMPLES } from './examples.ts';
import { jsonSchema, refName, type Schema, schemaRef } from './schemas.ts';

const DESCRIPTIONS: Readonly<Record<ReplyShape['status'], string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted: the work continues after the reply.',
  204: 'Done; no body.',
};

/** The successful replies of an operation, by status. */
export function repliesOf({ replies, prefersWait }: AnyContract): ReadonlyMap<number, Schema> {
  return new Map(replies.map((reply) => [reply.status, success(reply, prefersWait === true)]));
}

function success(reply: ReplyShape, prefersWait: boolean): Schema {
  return {
    description: DESCRIPTIONS[reply.status],
    headers: {
      'x-request-id': { $ref: '#/components/headers/RequestId' },
      ...(reply.etag === true ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
      ...(prefersWait ? { 'Preference-Applied': { $ref: '#/components/headers/PreferenceApplied' } } : {}),
    },
    ...(reply.status === 204 ? {} : { content: { 'application/json': content(reply) } }),
  };
}

function content(reply: ReplyShape): Schema {
  const data = jsonSchema(reply.data, 'output');
  if (reply.bare === true) return { schema: data };
  const example = exampleOf(data);
  return {
    schema: envelope(reply, data),
    ...(example === undefined ? {} : { example: exampleEnvelope(reply, example) }),
  };
}

function envelope({ list, facets }: ReplyShape, data: Schema): Schema {
  const properties = {
    data,
    ...(list === undefined ? {} : { page: schemaRef('Page') }),
    ...(list === 'search' ? { coverage: schemaRef('Coverage') } : {}),
    ...(facets === undefined ? {} : { facets: { anyOf: [jsonSchema(facets, 'output'), { type: 'null' }] } }),
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** The field `page` of a list. */
export const PAGE_SCHEMA: Schema = {
  description: 'The position of the next page.',
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 100 },
    next_cursor: { type: ['string', 'null'], description: 'Null: this was the last page.' },
  },
  required: ['limit', 'next_cursor'],
};

/** The example of a schema, of the items of a list, or of the first of several schemas. */
function exampleOf(data: Schema): unknown {
  const name = refName(data);
  if (name !== null) return EXAMPLES[name];
  if (data.type === 'array') {
    const item = exampleOf(Object(data.items));
    return item === undefined ? undefined : [item];
  }
  return Array.isArray(data.anyOf) ? exampleOf(Object(data.anyOf[0])) : undefined;
}

function exampleEnvelope({ list, facets }: ReplyShape, data: unknown): unknown {
  return {
    data,
    ...(list === undefined ? {} : { page: { limit: 20, next_cursor: null } }),
    ...(list === 'search' ? { coverage: EXAMPLES.Coverage } : {}),
    ...(facets === undefined ? {} : { facets: EXAMPLES.Facets }),
  };
}
