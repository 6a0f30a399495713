import type { Assembly } from './assembly.ts';
import { ACCOUNT, REGION } from './assembly.ts';

/** Values that only exist once an engine has made the resource, such as a stream's ARN: `<logical id>.<attribute>`. */
export type Attributes = ReadonlyMap<string, string>;

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
};

/** Resolves the intrinsic functions of a template value. An unknown reference becomes the logical id itself. */
export function resolveValue(value: unknown, assembly: Assembly, attributes: Attributes): unknown {
  const resolve = (inner: unknown): unknown => resolveValue(inner, assembly, attributes);
  const text = (inner: unknown): string => String(resolve(inner));
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    switch (name) {
      case 'Ref':
        return PSEUDO[String(argument)] ?? attributes.get(`${argument}.Ref`) ?? argument;
      case 'Fn::GetAtt': {
        const path = Array.isArray(argument) ? argument.join('.') : String(argument);
        return attributes.get(path) ?? path;
      }
      case 'Fn::Join': {
        const [separator, parts] = Array.isArray(argument) ? argument : [];
        const list = resolve(parts);
        return Array.isArray(list) ? list.join(String(separator)) : '';
      }
      case 'Fn::Sub':
        return String(argument).replace(/\$\{([^}]+)\}/g, (_, reference: string) => text({ Ref: reference }));
      case 'Fn::Select': {
        const [at, parts] = Array.isArray(argument) ? argument : [];
        const list = resolve(parts);
        return Array.isArray(list) ? list[Number(at)] : undefined;
      }
      case 'Fn::Split': {
        const [separator, source] = Array.isArray(argument) ? argument : [];
        return text(source).split(String(separator));
      }
      case 'Fn::ImportValue':
        return resolve(assembly.exports.get(text(argument)));
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}
