/** Generates the client's table of operations, as the source text of a module. */
import * as z from 'zod';
import type { Schema } from './schemas.ts';

const parameter = z.object({ $ref: z.string().optional(), in: z.string().optional(), name: z.string().optional() });
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(parameter).default([]),
  requestBody: z.unknown().optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ parameters: z.record(z.string(), parameter) }),
});

const METHODS: readonly string[] = ['get', 'post', 'patch', 'delete'];
const HEAD = '// Written by `npm run openapi` from functions/api/openapi/openapi.json. Do not edit it.\n\n';

/** The source text of `client/operations.ts`. `keyed`: the operation honours an Idempotency-Key. */
export function operationsOf(document: Schema): string {
  const { paths, components } = documentSchema.parse(document);
  const lines = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, value]) => {
        const { operationId, parameters, requestBody } = operation.parse(value);
        const known = parameters.map(({ $ref, ...own }) =>
          $ref === undefined ? own : components.parameters[$ref.split('/').at(-1) ?? ''],
        );
        const query = known.flatMap((each) => (each?.in === 'query' && each.name !== undefined ? [each.name] : []));
        const keyed = known.some((each) => each?.name === 'Idempotency-Key');
        const fields = [
          `method: '${method.toUpperCase()}'`,
          `path: '${path}'`,
          `query: [${query.map((name) => `'${name}'`).join(', ')}]`,
          `body: ${requestBody !== undefined}`,
          `keyed: ${keyed}`,
        ];
        return `  ${operationId}: { ${fields.join(', ')} },\n`;
      }),
  );
  return `${HEAD}export const OPERATIONS = {\n${lines.join('')}} as const;\n`;
}
