/** What depends on the action: a contract takes any payload, since the handler checks it against the action's own schema. */
import { ACTIONS } from '../../domain/action/catalogue.ts';
import type { AnyContract } from '../../runtime/http/contract.ts';
import { actionNames, jsonSchema, type Schema, schemaRef } from './schemas.ts';

const actions = Object.entries(ACTIONS).map(([action, { payload }]) => ({
  action,
  ...actionNames(action),
  mayLackPayload: payload.safeParse({}).success,
}));

/** By which field of the body an operation names the action that the payload is of. */
const NAMED_BY = { createTask: 'task_type', createWebhookEndpoint: 'action' } as const;
const OTHER_PAYLOAD = new Set<string>(['updateJob', 'updateTask', 'updateWebhookEndpoint']);

/** The body of an operation, with the payloads that it may hold. */
export function requestSchema({ operation, body }: AnyContract): Schema {
  const schema = jsonSchema(body, 'input');
  const naming = Object.entries(NAMED_BY).find(([name]) => name === operation)?.[1];
  if (naming !== undefined) {
    const byType = actions.map(({ action, payload, mayLackPayload }) => ({
      properties: { [naming]: { const: action }, payload: schemaRef(payload) },
      ...(mayLackPayload ? {} : { required: ['payload'] }),
    }));
    return { ...schema, oneOf: byType };
  }
  if (OTHER_PAYLOAD.has(operation)) {
    const payload = {
      description: 'Another payload for its action.',
      anyOf: actions.map(({ payload }) => schemaRef(payload)),
    };
    return { ...schema, properties: { ...Object(schema.properties), payload } };
  }
  return schema;
}

/** The schemas, with a job's result as its action has it. */
export function withActions(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const { Job = {} } = schemas;
  const { result, ...others } = Object(Job.properties);
  const results = [...actions.map(({ result }) => schemaRef(result)), { type: 'null' }];
  return { ...schemas, Job: { ...Job, properties: { ...others, result: { ...result, anyOf: results } } } };
}
