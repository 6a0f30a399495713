import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import { describe, expect, it, test } from 'vitest';
import { CONTRACTS } from '../../../functions/api/contracts.ts';
import { DESCRIPTIONS } from '../../../functions/api/openapi/descriptions.ts';
import { generate } from '../../../functions/api/openapi/generate.ts';
import { problemCodes } from '../../../functions/api/openapi/refusals.ts';
import { PROBLEMS } from '../../../functions/domain/problem/catalogue.ts';
import { noBody } from '../../../functions/http/contract.ts';
import { ROUTES } from '../../../functions/http/routes.ts';
import { DOCUMENT_FILE, documentOf, pointerTo, type Schema } from '../../fixtures/api-document.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { version }: { version: string } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
const generated = generate(version);
const document = documentOf(generated);
const contracts = new Map(CONTRACTS.map((contract) => [contract.operation, contract]));

/** Every object of the document with the JSON pointer to it. */
function* places(value: unknown, pointer = '#'): Generator<{ readonly pointer: string; readonly value: Schema }> {
  if (typeof value !== 'object' || value === null) return;
  yield { pointer, value: Object(value) };
  for (const [name, inner] of Object.entries(value)) yield* places(inner, `${pointer}${pointerTo(name).slice(1)}`);
}

test('every route has one contract, and every contract a route', () => {
  expect(CONTRACTS.map(({ operation }) => operation).sort()).toEqual(ROUTES.map(({ operation }) => operation).sort());
});

test('the committed document is the generated one', () => {
  const committed = JSON.parse(readFileSync(DOCUMENT_FILE, 'utf8'));
  expect(committed, 'functions/api/openapi/openapi.json is out of date: run `npm run openapi` and commit it').toEqual(
    generated,
  );
  expect(readFileSync(DOCUMENT_FILE, 'utf8'), 'run `npm run openapi` and commit the file as it writes it').toBe(
    `${JSON.stringify(generate(version), null, 2)}\n`,
  );
});

test('the deployed code contains the document and nothing of its generator', async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['functions/handlers/document.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outfile: 'document.mjs',
  });
  const inputs = Object.keys(metafile.inputs).filter((file) => file.startsWith('functions/api/'));
  expect(inputs).toContain('functions/api/openapi/openapi.json');
  expect(inputs.filter((file) => /\/document\/(?!openapi\.)|catalogue/.test(file))).toEqual([]);
});

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(generated));
    expect(result).toMatchObject({ valid: true });
  });

  it('has no dangling reference', () => {
    const references = [...places(generated)].filter(({ value }) => typeof value.$ref === 'string');
    expect(references.length).toBeGreaterThan(100);
    for (const { value } of references) expect(() => document.resolved(value)).not.toThrow();
  });

  it('uses all its components', () => {
    const text = JSON.stringify(generated);
    const unused = Object.entries(Object(generated.components))
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, things]) => Object.keys(Object(things)).map((name) => `#/components/${kind}/${name}`))
      .filter((reference) => !text.includes(`"${reference}"`));
    expect(unused).toEqual([]);
  });

  it('has JSON Schemas (2020-12) that a validator accepts', () => {
    const ajv = new Ajv2020({ strict: false });
    const schemas = [...places(generated)].filter(({ pointer }) =>
      /\/schema$|^#\/components\/schemas\/[^/]+$/.test(pointer),
    );
    expect(schemas.length).toBeGreaterThan(150);
    for (const { pointer, value } of schemas) {
      expect(ajv.validateSchema(value), pointer).toBe(true);
      expect(() => document.errors(pointer, null), pointer).not.toThrow();
    }
  });

  it('has examples that match their schemas', () => {
    const media = [...places(generated)].filter(({ pointer }) => /\/content\/[^/]+$/.test(pointer));
    const examples = media.flatMap(({ pointer, value }) => [
      ...('example' in value ? [{ pointer, example: value.example }] : []),
      ...Object.values(Object(value.examples)).map((example) => ({
        pointer,
        example: document.resolved(example).value,
      })),
    ]);
    expect(examples.length).toBeGreaterThan(60);
    for (const { pointer, example } of examples)
      expect(document.errors(`${pointer}/schema`, example), pointer).toEqual([]);
  });

  it('has an example of every success with a body, except the document itself', () => {
    const lacking = [...places(generated)].filter(
      ({ pointer, value }) => /\/responses\/2\d\d\/content\/[^/]+$/.test(pointer) && !('example' in value),
    );
    expect(lacking.map(({ pointer }) => pointer)).toEqual([
      pointerTo('paths', '/api/openapi.json', 'get', 'responses', '200', 'content', 'application/json'),
    ]);
  });

  it('describes every parameter', () => {
    const parameters = [...places(generated)].filter(({ value }) => 'in' in value && 'name' in value);
    expect(parameters.length).toBeGreaterThan(20);
    for (const { pointer, value } of parameters) expect(value.description, pointer).toEqual(expect.any(String));
  });

  it('describes nothing that does not exist', () => {
    const schemas = Object(generated.components).schemas;
    for (const [name, { '': _, ...fields }] of Object.entries(DESCRIPTIONS)) {
      expect(schemas).toHaveProperty(name);
      expect(Object.keys(Object(schemas[name].properties))).toEqual(expect.arrayContaining(Object.keys(fields)));
    }
  });
});

describe.each(ROUTES.map((route) => [route.operation, route] as const))('%s', (operation, route) => {
  const documented = document.operation(operation);
  const contract = contracts.get(operation);

  it('has the path, the method and the role of its route', () => {
    expect(documented).toMatchObject({ method: route.method, path: route.path, role: route.role });
    const value = Object(generated.paths)[route.path][route.method.toLowerCase()];
    expect(value.security).toEqual(route.role === null ? [] : [{ token: [] }]);
    expect(value.summary).toBe(contract?.summary);
    expect(Object(generated.tags).map(({ name }: { name: string }) => name)).toContain(value.tags[0]);
  });

  it('accepts a body if its contract does, and the example is valid', () => {
    expect(documented.body !== null).toBe(contract?.body !== noBody);
    if (contract === undefined || documented.body === null) return;
    expect(contract.body.safeParse(contract.example).error).toBeUndefined();
    expect(documented.body.required).toBe(!contract.body.safeParse({}).success);
  });

  it('names its successes and every problem that it can return', () => {
    if (contract === undefined) return;
    const successes = contract.replies.map(({ status }) => status);
    const problems = problemCodes(contract, route);
    const unchanged = contract.ifNoneMatch === true ? [304] : [];
    const statuses = [
      ...new Set<number>([...successes, ...unchanged, ...problems.map((code) => PROBLEMS[code].status), 429, 503]),
    ];
    expect([...documented.responses.keys()].sort()).toEqual(statuses.sort());
    expect(problems).toEqual(expect.arrayContaining([...contract.problems, 'invalid_request', 'internal_error']));
  });
});

test("every problem belongs to an operation, except those of read-only paths and of the providers' route", () => {
  const told = new Set(
    ROUTES.flatMap((route) => {
      const contract = contracts.get(route.operation);
      return contract === undefined ? [] : problemCodes(contract, route);
    }),
  );
  expect(Object.keys(PROBLEMS).filter((code) => ![...told].some((known) => known === code))).toEqual([
    'method_not_allowed',
    'delivery_refused',
    'delivery_malformed',
  ]);
});
