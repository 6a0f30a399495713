import type { Assembly, Resource } from './assembly.ts';
import { ACCOUNT, REGION } from './assembly.ts';

/**
 * Values that exist only after an engine has created the resource, such as a stream's ARN: `<logical id>.<attribute>`.
 */
export type Attributes = ReadonlyMap<string, string>;

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
};

const NO_VALUE = 'AWS::NoValue';

/**
 * Resolves the intrinsic functions of a template value. An unknown reference becomes the logical id; `AWS::NoValue` is
 * removed. Throws Error on an unknown intrinsic function.
 */
export function resolveValue(value: unknown, assembly: Assembly, attributes: Attributes): unknown {
  const resolve = (inner: unknown): unknown => resolveValue(inner, assembly, attributes);
  const text = (inner: unknown): string => String(resolve(inner));
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  const [first, second] = Array.isArray(argument) ? argument : [argument, undefined];
  switch (others.length === 0 ? name : '') {
    case 'Ref':
      if (argument === NO_VALUE) return undefined;
      return PSEUDO[String(argument)] ?? attributes.get(`${argument}.Ref`) ?? argument;
    case 'Fn::GetAtt': {
      const path = Array.isArray(argument) ? argument.map(text).join('.') : String(argument);
      return attributes.get(path) ?? path;
    }
    case 'Fn::Join':
      return listOf(resolve(second)).join(String(first));
    case 'Fn::Sub':
      return String(first).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, reference: string) => {
        if (literal !== '') return `\${${reference}}`;
        const own = new Map(Object.entries(Object(second))).get(reference);
        if (own !== undefined) return text(own);
        return text(reference.includes('.') ? { 'Fn::GetAtt': reference } : { Ref: reference });
      });
    case 'Fn::Select':
      return listOf(resolve(second))[Number(first)];
    case 'Fn::Split':
      return text(second).split(String(first));
    case 'Fn::ImportValue': {
      const exported = assembly.exports.get(text(argument));
      if (exported === undefined) throw new Error(`no stack exports ${text(argument)}`);
      return resolve(exported);
    }
  }
  if (others.length === 0 && name.startsWith('Fn::')) throw new Error(`the local stack does not support ${name}`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, resolve(inner)])
      .filter(([, inner]) => inner !== undefined),
  );
}

/** The resource with its values resolved. */
export function resolvedResource(resource: Resource, assembly: Assembly, attributes: Attributes): Resource {
  return { ...resource, properties: Object(resolveValue(resource.properties, assembly, attributes)) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
