/**
 * The parts of the document that depend on the action. A contract accepts any payload; the handler checks it against
 * the action's own schema.
 */
import { ACTIONS, actionName } from '../../domain/action/catalogue.ts';
import type { AnyContract } from '../../http/contract.ts';
import { namesOf } from './action-schemas.ts';
import { withFieldTexts } from './request-fields.ts';
import { jsonSchema, type Schema, schemaRef } from './schemas.ts';

const actions = actionName.options.map((action) => ({
  action,
  ...namesOf(action),
  mayLackPayload: ACTIONS[action].payload.safeParse({}).success,
}));

/** By operation: the field of the body that names the action, and the form of its payload. */
const NAMED_BY = {
  createTask: { field: 'task_type', form: 'payload' },
  createWebhookEndpoint: { field: 'action', form: 'stored' },
} as const;
/** Operations that change a payload, while the body does not name the action. */
const CHANGED = { updateTask: 'payload', updateJob: 'stored', updateWebhookEndpoint: 'stored' } as const;

const entryOf = <Value>(table: Readonly<Record<string, Value>>, operation: string): Value | undefined =>
  Object.hasOwn(table, operation) ? table[operation] : undefined;

/** The body of an operation, with its possible payloads and a description of each field. */
export const requestSchema = (contract: AnyContract): Schema =>
  withFieldTexts(contract.operation, bodySchema(contract));

function bodySchema({ operation, body }: AnyContract): Schema {
  const schema = jsonSchema(body, 'input');
  const naming = entryOf(NAMED_BY, operation);
  const changed = entryOf(CHANGED, operation);
  if (naming !== undefined) return { ...schema, ...byAction(Object(schema.properties), naming) };
  if (changed === undefined) return schema;
  const payload = { anyOf: actions.map((names) => schemaRef(names[changed])) };
  return { ...schema, properties: { ...Object(schema.properties), payload } };
}

/** The properties of a body in which the action field decides the form of the payload. */
function byAction(properties: Schema, { field, form }: (typeof NAMED_BY)[keyof typeof NAMED_BY]): Schema {
  const oneOf = actions.map((names) => ({
    type: 'object',
    properties: { [field]: { const: names.action }, payload: schemaRef(names[form]) },
    required: [field, ...(names.mayLackPayload ? [] : ['payload'])],
  }));
  // The type comes from the variant alone: with `any object` beside it, a compiler would accept wrong fields.
  return { properties: { ...properties, payload: {} }, oneOf };
}

/** The schemas, with a job's result in the form of its action. */
export function withActions(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const { Job = {} } = schemas;
  const { result, ...others } = Object(Job.properties);
  const results = [...actions.map(({ result }) => schemaRef(result)), { type: 'null' }];
  return { ...schemas, Job: { ...Job, properties: { ...others, result: { ...result, anyOf: results } } } };
}
