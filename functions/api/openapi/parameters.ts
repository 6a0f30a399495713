import * as z from 'zod';
import type { AnyContract } from '../../http/contract.ts';
import type { Route } from '../../http/routes.ts';
import { PARAMETERS, PATH_PARAMETERS } from './descriptions.ts';
import { writes } from './refusals.ts';
import { jsonSchema, type Schema } from './schemas.ts';

/** A parameter, and its name in `components` if it is shared. Null: it is written in place. */
export type NamedParameter = { readonly shared: string | null; readonly parameter: Schema };

/** The parameters in the path, the query and the headers, in this order. */
export function parametersOf(contract: AnyContract, route: Route): readonly NamedParameter[] {
  return [
    ...fields(contract.params).map(([name, schema]) => inPath(name, schema)),
    ...fields(contract.query).map(([name, schema]) => inQuery(contract.operation, name, schema)),
    ...(takesKey(contract, route) ? [IDEMPOTENCY_KEY] : []),
    ...(contract.ifMatch === true ? [IF_MATCH] : []),
    ...(contract.ifNoneMatch === true ? [IF_NONE_MATCH] : []),
    ...(contract.prefersWait === true ? [PREFER] : []),
  ];
}

const takesKey = ({ storesNothing }: AnyContract, route: Route): boolean =>
  storesNothing !== true && (route.method === 'POST' || (writes(route) && route.function === 'command'));

function fields(schema: z.ZodType): readonly [string, z.ZodType][] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Record<string, z.ZodType> = schema.shape;
  return Object.entries(shape);
}

function inPath(name: string, schema: z.ZodType): NamedParameter {
  return {
    shared: `path.${name}`,
    parameter: {
      name,
      in: 'path',
      required: true,
      description: PATH_PARAMETERS[name],
      schema: jsonSchema(schema, 'parameter'),
    },
  };
}

/** The parameters of every list, which are shared. */
const PAGING = ['limit', 'cursor', 'offset'];

function inQuery(operation: string, name: string, schema: z.ZodType): NamedParameter {
  const meant = meaning(jsonSchema(schema, 'parameter'));
  return {
    shared: PAGING.includes(name) ? `query.${name}` : null,
    parameter: {
      name,
      in: 'query',
      ...(schema.safeParse(undefined).success ? {} : { required: true }),
      description: schema.description ?? PARAMETERS[`${operation}.${name}`] ?? PARAMETERS[name],
      schema: meant,
      ...(meant.type === 'array' ? { style: 'form', explode: true } : {}),
    },
  };
}

/** Parameters arrive as text. An enum of `true` and `false` is described as a boolean. */
function meaning(schema: Schema): Schema {
  if (JSON.stringify(schema.enum) !== '["true","false"]') return schema;
  return { type: 'boolean', ...(schema.default === undefined ? {} : { default: schema.default === 'true' }) };
}

const header = (name: string, description: string, schema: Schema): NamedParameter => ({
  shared: `header.${name}`,
  parameter: { name, in: 'header', description, schema },
});

const IDEMPOTENCY_KEY = header(
  'Idempotency-Key',
  'A text of your choice that names this one request, for example a UUID. If you send the request again with the same key, it is not carried out again: the reply is that of the first one.',
  { type: 'string', minLength: 1, maxLength: 200 },
);

const IF_MATCH = header(
  'If-Match',
  'The command is carried out only if the resource still has this version: the value of `ETag` in an earlier reply. Otherwise the reply is 412. `*`: any version.',
  {
    type: 'string',
    pattern: '^(?:\\*|(?:W/)?"?\\d{1,15}"?)$',
  },
);

const IF_NONE_MATCH = header(
  'If-None-Match',
  'The `ETag` of an earlier reply to the same request. If nothing has changed since, the reply is 304, without a body.',
  { type: 'string' },
);

const PREFER = header(
  'Prefer',
  '`wait=<seconds>` (RFC 7240): the reply comes when the work has ended, or when this time is over, at most 20 seconds. It comes at once if the job is postponed to a time after that. The reply has the same shape with and without it. `Preference-Applied` in the reply means that the request waited. If too many requests of the account wait already, the reply comes at once, without `Preference-Applied`.',
  { type: 'string' },
);
