/**
 * Generates the OpenAPI document of the API from its contracts, routes and problems. Pure. `npm run openapi` runs it.
 * The deployed functions contain the generated file, not this code.
 */
import type { AnyContract } from '../../http/contract.ts';
import { noBody } from '../../http/contract.ts';
import { READ_ONLY_PATHS, ROUTES, type Route } from '../../http/routes.ts';
import { CONTRACTS } from '../contracts.ts';
import { requestSchema, withActions } from './actions.ts';
import { OPERATIONS } from './operations.ts';
import { OVERVIEW, TAGS } from './overview.ts';
import { parametersOf } from './parameters.ts';
import { problemExamples, REFUSAL_SCHEMAS, refusals } from './refusals.ts';
import { PAGE_SCHEMA, repliesOf } from './replies.ts';
import { rolesOverview, roleText } from './roles-page.ts';
import { namedSchemas, type Schema } from './schemas.ts';

/** The document of this version of the API. The output depends on the code alone. Throws if a route has no contract. */
export function generate(version: string): Schema {
  const shared: Shared = { parameters: new Map(), responses: new Map() };
  const paths = pathsOf(shared);
  return {
    openapi: '3.1.0',
    info: { title: 'inbox-manager jobs', version, description: `${OVERVIEW}\n\n${rolesOverview()}` },
    servers: [{ url: '/', description: 'The server that sent this document.' }],
    tags: TAGS.map(({ name, about }) => ({ name, description: about })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'With the claims acc, uid and role.',
        },
      },
      schemas: sorted({ ...withActions(namedSchemas()), ...REFUSAL_SCHEMAS, Page: PAGE_SCHEMA }),
      parameters: sorted(Object.fromEntries(shared.parameters)),
      headers: HEADERS,
      responses: sorted(Object.fromEntries(shared.responses)),
      examples: problemExamplesIn(shared),
    },
  };
}

/** The parts that several operations share, by name. */
type Shared = { readonly parameters: Map<string, Schema>; readonly responses: Map<string, Schema> };

function pathsOf(shared: Shared): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  const readOnly = new Set<string>(READ_ONLY_PATHS);
  for (const route of ROUTES) {
    const item = paths[route.path] ?? (readOnly.has(route.path) ? { description: READ_ONLY } : {});
    paths[route.path] = { ...item, [route.method.toLowerCase()]: operation(contractOf(route), route, shared) };
  }
  return paths;
}

const READ_ONLY = 'This path can only be read: any other method gets 405 `method_not_allowed`, with `Allow`.';

function contractOf({ operation }: Route): AnyContract {
  const contract = CONTRACTS.find((each) => each.operation === operation);
  if (contract === undefined) throw new Error(`no contract of ${operation}`);
  return contract;
}

function operation(contract: AnyContract, route: Route, shared: Shared): Schema {
  const parameters = parametersOf(contract, route).map(({ shared: name, parameter }) =>
    name === null ? parameter : share(shared.parameters, 'parameters', name, parameter),
  );
  const responses: Record<number, Schema> = Object.fromEntries(repliesOf(contract));
  if (contract.ifNoneMatch === true) responses[304] = NOT_MODIFIED;
  for (const [status, { name, response }] of refusals(contract, route))
    responses[status] = share(shared.responses, 'responses', name, response);
  const description = [OPERATIONS[contract.operation], roleText(route)].filter((text) => text !== null).join('\n\n');
  return {
    operationId: contract.operation,
    summary: contract.summary,
    description,
    tags: [tagOf(route)],
    ...(route.role === null ? { security: [] } : { security: [{ token: [] }], 'x-required-role': route.role }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(contract.body === noBody ? {} : { requestBody: requestBody(contract) }),
    responses,
  };
}

const NOT_MODIFIED: Schema = {
  description: 'Nothing has changed since the reply that `If-None-Match` names; no body.',
  headers: {
    'x-request-id': { $ref: '#/components/headers/RequestId' },
    ETag: { $ref: '#/components/headers/ETag' },
  },
};

/** Stores a shared part and returns a reference to it. Throws if another part has the same name. */
function share(things: Map<string, Schema>, kind: string, name: string, thing: Schema): Schema {
  const known = things.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(thing))
    throw new Error(`two different ${kind} are called ${name}`);
  things.set(name, thing);
  return { $ref: `#/components/${kind}/${name}` };
}

function tagOf({ path }: Route): string {
  const tag = TAGS.find(({ paths }) => paths.test(path));
  if (tag === undefined) throw new Error(`no tag for ${path}`);
  return tag.name;
}

function requestBody(contract: AnyContract): Schema {
  return {
    ...(contract.body.safeParse({}).success ? {} : { required: true }),
    content: {
      'application/json': {
        schema: requestSchema(contract),
        ...(contract.example === undefined ? {} : { example: contract.example }),
      },
    },
  };
}

const HEADERS: Schema = {
  ETag: {
    description: 'The version, for `If-Match`. For statistics, a text that changes with them, for `If-None-Match`.',
    required: true,
    schema: { type: 'string', pattern: '^"\\d+"$' },
    example: '"3"',
  },
  PreferenceApplied: {
    description: 'The wait of `Prefer` that was applied (RFC 7240); absent when it was not.',
    schema: { type: 'string', pattern: '^wait=\\d+$' },
    example: 'wait=20',
  },
  RequestId: {
    description: 'The id of the request, also in our logs and in the audit.',
    required: true,
    schema: { type: 'string' },
  },
  RequestIdOfOurs: {
    description: "The id of the request; the gateway's own refusals have none.",
    schema: { type: 'string' },
  },
  RetryAfter: { description: 'Seconds until there is room.', schema: { type: 'integer', minimum: 1 } },
  WwwAuthenticate: { description: "With the gateway's refusal.", schema: { type: 'string' } },
};

/** The examples that a response refers to. */
function problemExamplesIn({ responses }: Shared): Schema {
  const text = JSON.stringify([...responses.values()]);
  return Object.fromEntries(
    Object.entries(problemExamples()).filter(([name]) => text.includes(`#/components/examples/${name}"`)),
  );
}

function sorted(things: Readonly<Record<string, unknown>>): Schema {
  return Object.fromEntries(Object.entries(things).sort(([one], [other]) => (one < other ? -1 : 1)));
}
