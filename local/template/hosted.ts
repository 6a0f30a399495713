import type * as z from 'zod';
import { Complaint } from '../complaint.ts';
import type { Assembly, Resource } from './assembly.ts';
import { NOT_HOSTED, TYPES_NOT_HOSTED } from './not-hosted.ts';

/** Types of resources that the embedded stack hosts. */
const HOSTED = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::SQS::Queue',
]);

/** Throws Complaint when the template has a type of resource that is neither hosted nor listed as not hosted. */
export function refuseUnknownTypes({ resources }: Pick<Assembly, 'resources'>): void {
  for (const { id, type } of resources)
    if (!HOSTED.has(type) && !Object.hasOwn(TYPES_NOT_HOSTED, type)) throw unhosted(id, type, 'its type is not known');
}

/**
 * The properties of a resource by a strict schema, without those that are listed as not hosted. Throws Complaint with
 * the resource and its other properties: nothing in the template is ignored silently.
 */
export function hosted<Shape extends z.ZodType>(
  { id, type, properties }: Pick<Resource, 'id' | 'type' | 'properties'>,
  shape: Shape,
): z.output<Shape> {
  const left = Object.keys(NOT_HOSTED[type] ?? {}).reduce<unknown>(
    (value, path) => without(value, path.split('.')),
    properties,
  );
  const parsed = shape.safeParse(left);
  if (!parsed.success)
    throw unhosted(id, type, parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '));
  return parsed.data;
}

const unhosted = (id: string, type: string, why: string): Complaint =>
  new Complaint(
    `The embedded stack cannot host ${id} (${type}): ${why}. Host it, or list it in local/template/not-hosted.ts.`,
  );

function without(value: unknown, [name = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, [name, ...rest]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key !== name) return [[key, inner]];
      return rest.length === 0 ? [] : [[key, without(inner, rest)]];
    }),
  );
}
