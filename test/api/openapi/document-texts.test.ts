/** The document explains itself to a reader who sees the API for the first time. */
import { describe, expect, it } from 'vitest';
import { PARAMETERS, PATH_PARAMETERS } from '../../../functions/api/openapi/descriptions.ts';
import { generate } from '../../../functions/api/openapi/generate.ts';
import { REQUEST_FIELDS } from '../../../functions/api/openapi/request-fields.ts';
import { type ApiDocument, documentOf, type Schema } from '../../fixtures/api-document.ts';

const generated = generate('0.0.0');
const document = documentOf(generated);

type Field = { readonly place: string; readonly name: string; readonly description: unknown };

const nameIn = (schema: unknown): string | undefined => /[^/]+$/.exec(String(Object(schema).$ref ?? ''))?.[0];

/** Every field of the operation's request, with its description: of path, query, headers and body, at any depth. */
function requestFields(of: ApiDocument, id: string): readonly Field[] {
  const operation = Object.values(Object(of.root.paths))
    .flatMap((item) => Object.values(Object(item)))
    .map((value): Schema => Object(value))
    .find(({ operationId }) => operationId === id);
  const parameters = [operation?.parameters ?? []].flat().map((parameter): Field => {
    const { name, in: place, description } = of.resolved(parameter);
    return { place: `${id} ${place}`, name: String(name), description };
  });
  const fields: Field[] = [];
  const seen = new Set<string>();
  collect(id, of.operation(id).body?.schema);
  return [...parameters, ...fields];

  function collect(place: string, given: unknown, explained: readonly string[] = []): void {
    const name = nameIn(given);
    if (name !== undefined && seen.has(name)) return;
    if (name !== undefined) seen.add(name);
    const schema = of.resolved(given);
    const here = name ?? place;
    const properties: [string, Schema][] = Object.entries(Object(schema.properties));
    for (const [field, inner] of properties) {
      // The variant of a body describes only its special fields: the body itself has explained the others.
      if (!explained.includes(field)) fields.push({ place: here, name: field, description: inner.description });
      collect(`${here}.${field}`, inner);
    }
    const names = properties.map(([field]) => field);
    for (const form of [schema.oneOf, schema.anyOf, schema.allOf].flat()) if (form) collect(here, form, names);
    if (schema.items !== undefined) collect(here, schema.items);
  }
}

const lacking = (of: ApiDocument, id: string): readonly string[] =>
  requestFields(of, id)
    .filter(({ description }) => !isSentence(description))
    .map(({ place, name }) => `${place}: ${name}`);

const isSentence = (text: unknown): boolean => typeof text === 'string' && /^\S.*\s.*[.)`]$/su.test(text);

describe.each(document.operations)('$id', ({ id, method, path }) => {
  const value: Schema = Object(Object(Object(generated.paths)[path])[method.toLowerCase()]);

  it('has a summary and says more in its description', () => {
    expect(isSentence(value.summary)).toBe(true);
    // A list of what each role may do can follow.
    expect(isSentence(String(value.description).split('\n\n')[0])).toBe(true);
    expect(String(value.description)).not.toContain(String(value.summary));
  });

  it('describes every field of its request', () => {
    expect(lacking(document, id)).toEqual([]);
  });
});

it('a field without a description is found at any place', () => {
  const inner = { type: 'object', properties: { depth: { type: 'integer' } } };
  const properties = {
    plain: { type: 'string' },
    list: { type: 'array', description: 'A list of things.', items: inner },
  };
  const content = { 'application/json': { schema: { type: 'object', properties } } };
  const parameters = [{ name: 'page', in: 'query', schema: {} }];
  const post = { operationId: 'new', security: [], parameters, requestBody: { content }, responses: {} };
  expect(lacking(documentOf({ paths: { '/new': { post } } }), 'new')).toEqual([
    'new query: page',
    'new: plain',
    'new.list: depth',
  ]);
});

it('no text remains for a removed field or parameter', () => {
  const all = document.operations.flatMap(({ id }) => requestFields(document, id).map((field) => ({ id, ...field })));
  const unused = Object.entries(REQUEST_FIELDS).flatMap(([place, texts]) =>
    Object.entries(texts)
      .filter(([name, text]) => !all.some((field) => isTextOf(field, place, name, text)))
      .map(([name]) => `${place}: ${name}`),
  );
  expect(unused).toEqual([]);
  const parameters = all.filter(({ place }) => / (?:path|query)$/.test(place)).map(({ description }) => description);
  const texts = [...Object.values(PATH_PARAMETERS), ...Object.values(PARAMETERS)];
  expect(texts.filter((text) => !parameters.includes(text))).toEqual([]);
});

it('a shared text is either for filters or for bodies, because a filter narrows a list and a body sets a value', () => {
  const all = document.operations.flatMap(({ id }) => requestFields(document, id));
  const mixed = Object.entries(REQUEST_FIELDS['*'] ?? {}).filter(([name, text]) => {
    const places = all.filter((field) => isTextOf(field, '*', name, text)).map(({ place }) => place);
    return new Set(places.map((place) => /Filter(?:$|\.)/.test(place))).size > 1;
  });
  expect(mixed.map(([name]) => name)).toEqual([]);
});

it('the fields of a new credential have the same text where it is tested and where it is stored', () => {
  const [made, tested] = ['createCredential', 'testNewCredential'].map((id) =>
    requestFields(document, id).flatMap(({ place, name, description }) => (place === id ? [[name, description]] : [])),
  );
  expect(made?.length).toBeGreaterThan(8);
  expect(tested).toEqual(made);
});

const isTextOf = (field: Field, place: string, name: string, text: string): boolean =>
  field.name === name && (place === '*' || field.place === place) && String(field.description).startsWith(text);

it('the document says how query and filter.q, and how tls and ssl_tls, relate', () => {
  const textOf = (id: string, name: string) =>
    requestFields(document, id).find((field) => field.name === name)?.description;
  for (const id of ['searchJobs', 'searchDeleteJobs']) expect(textOf(id, 'query')).toMatch(/same as `filter\.q`/);
  for (const id of ['createCredential', 'updateCredential'])
    expect(textOf(id, 'security_mode')).toMatch(/`tls` is another spelling of `ssl_tls`/);
});
