import * as z from 'zod';
import { actionName } from '../../domain/action/catalogue.ts';
import { searchMessagesPayload } from '../../domain/action/imap-search-messages.ts';
import { postponeReason } from '../../domain/attempt/outcome.ts';
import { auditAction } from '../../domain/audit/actions.ts';
import { logFilterSchema } from '../../domain/audit/log-filter.ts';
import { credentialFilterSchema } from '../../domain/credential/credential-filter.ts';
import { oauthSecret, passwordSecret, secretSchema } from '../../domain/credential/secret.ts';
import { actorSchema } from '../../domain/event/event.ts';
import { failureCategory, failureCode } from '../../domain/failure/schema.ts';
import { failureGroupId } from '../../domain/failure-group/group-id.ts';
import {
  accountId,
  bulkId,
  credentialId,
  emailId,
  jobId,
  logId,
  taskId,
  webhookEndpointId,
} from '../../domain/ids/ids.ts';
import { jobCommandName } from '../../domain/job/commands.ts';
import { jobStatus } from '../../domain/job/job.ts';
import { emailFilterSchema } from '../../domain/mail/email-filter.ts';
import { mailAddress } from '../../domain/mail/message.ts';
import { scheduleSchema } from '../../domain/schedule/schedule.ts';
import { jobFilterSchema } from '../../domain/search/job-filter.ts';
import { period, range } from '../../domain/search/values.ts';
import { taskFilterSchema } from '../../domain/task/task-filter.ts';
import { coverage } from '../../http/coverage.ts';
import { accountResource } from '../accounts/contracts.ts';
import { logResource } from '../audit/resource.ts';
import { bulkJobsContract } from '../bulk-operations/contracts.ts';
import { bulkItemResource, bulkResource } from '../bulk-operations/resource.ts';
import { certificateResource } from '../credentials/certificates.ts';
import { credentialResource } from '../credentials/resource.ts';
import { credentialTestResource } from '../credentials/test-result.ts';
import { eventResource } from '../event-resource.ts';
import { failureGroupResource, mutedResource } from '../failure-groups/contracts.ts';
import { jobStatsContract, jobStatsSeriesContract } from '../jobs/contracts.ts';
import { facetsResource } from '../jobs/facets-resource.ts';
import { jobResource } from '../jobs/resource.ts';
import { emailResource, mailboxResource } from '../mail/resource.ts';
import { healthContract, listFailuresContract, meContract, signInContract } from '../service/contracts.ts';
import { syncMessagesContract } from '../tasks/contracts.ts';
import { taskResource } from '../tasks/resource.ts';
import { createWebhookEndpointContract, testWebhookEndpointContract } from '../webhook-endpoints/contracts.ts';
import {
  deliveryResource,
  webhookEndpointResource,
  webhookEndpointWithCounts,
  webhookEndpointWithSecret,
} from '../webhook-endpoints/resource.ts';
import { actionSchemas } from './action-schemas.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { withFieldTexts } from './request-fields.ts';

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = { readonly [keyword: string]: unknown };

/** Schemas with a name of their own in `components.schemas`, wherever they occur. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  ...actionSchemas(),
  ActionName: actionName,
  AuditAction: auditAction,
  AccountId: accountId,
  Actor: actorSchema,
  BulkDryRun: bulkJobsContract.replies[1].data.options[0],
  BulkId: bulkId,
  BulkItem: bulkItemResource,
  BulkOperation: bulkResource,
  Coverage: coverage,
  Account: accountResource,
  Credential: credentialResource,
  CredentialFilter: credentialFilterSchema,
  CredentialId: credentialId,
  CredentialTarget: createWebhookEndpointContract.body.shape.target.options[0],
  CronSchedule: scheduleSchema.options[1],
  Delivery: deliveryResource,
  Certificate: certificateResource,
  CredentialTest: credentialTestResource,
  Email: emailResource,
  EmailFilter: emailFilterSchema,
  EmailId: emailId,
  Event: eventResource,
  Facets: facetsResource,
  FailureGroup: failureGroupResource,
  FailureGroupId: failureGroupId,
  FailureGroupMute: mutedResource,
  Failure: listFailuresContract.replies[0].data.element,
  FailureCategory: failureCategory,
  FailureCode: failureCode,
  IntervalSchedule: scheduleSchema.options[0],
  Health: healthContract.replies[0].data,
  Job: jobResource,
  JobCommand: jobCommandName,
  JobFilter: jobFilterSchema,
  JobId: jobId,
  JobStats: jobStatsContract.replies[0].data,
  JobStatsSeries: jobStatsSeriesContract.replies[0].data,
  JobStatus: jobStatus,
  LogEntry: logResource,
  LogFilter: logFilterSchema,
  LogId: logId,
  MailAddress: mailAddress,
  Me: meContract.replies[0].data,
  Mailbox: mailboxResource,
  MatchTarget: createWebhookEndpointContract.body.shape.target.options[1],
  OAuthSecret: oauthSecret,
  PasswordSecret: passwordSecret,
  Period: period,
  Range: range,
  SearchCriteria: searchMessagesPayload.shape.criteria.unwrap(),
  Secret: secretSchema,
  SignIn: signInContract.replies[0].data,
  SyncAccepted: syncMessagesContract.replies[0].data,
  WebhookEndpoint: webhookEndpointResource,
  WebhookEndpointId: webhookEndpointId,
  WebhookEndpointWithCounts: webhookEndpointWithCounts,
  WebhookEndpointWithSecret: webhookEndpointWithSecret,
  WebhookTest: testWebhookEndpointContract.replies[0].data,
  Task: taskResource,
  TaskFilter: taskFilterSchema,
  TaskId: taskId,
  WaitReason: postponeReason,
};

/** Names of schemas that callers send. All others occur in replies. */
const SENT = /(?:Payload|ByUids|ByEmailIds|Filter|Criteria|Period|Range|(?<!With)Secret|Schedule|Target)$/;

/** A reference to a shared schema of the document. */
export const schemaRef = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** The name in a reference; null for any other schema. */
export function refName(schema: Schema): string | null {
  return typeof schema.$ref === 'string' ? schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) : null;
}

/** `input`: in requests; `output`: in replies; `parameter`: a parameter after it was parsed. */
type Direction = 'input' | 'output' | 'parameter';

/** The zod schema as JSON Schema, with references to the named schemas. */
export function jsonSchema(schema: z.ZodType, io: Direction): Schema {
  const { properties } = converted(schema, io);
  return tidy(properties?.it ?? {}, io);
}

/** Every named schema. Payloads and filters in their form in requests, all others in their form in replies. */
export function namedSchemas(): Readonly<Record<string, Schema>> {
  const schemas: Record<string, Schema> = {
    Instant: {
      type: 'string',
      format: 'date-time',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
      description: 'ISO 8601, in UTC. We send milliseconds.',
    },
  };
  for (const [name, schema] of Object.entries(NAMED)) {
    const io = SENT.test(name) ? 'input' : 'output';
    const definition = described(name, tidy(converted(schema, io).$defs?.[name] ?? {}, io, name));
    schemas[name] = io === 'input' ? withDefaultsInWords(withFieldTexts(name, definition)) : definition;
  }
  return Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Wrapped in an object, so that a schema that is itself a named one becomes a reference. */
function converted(schema: z.ZodType, direction: Direction) {
  const names = z.registry<{ id: string }>();
  for (const [id, named] of Object.entries(NAMED)) names.add(named, { id });
  return z.toJSONSchema(z.object({ it: schema }), {
    io: direction === 'input' ? 'input' : 'output',
    metadata: names,
    unrepresentable: 'any',
    override: withMeta,
  });
}

/** Adds what `.meta` says of a schema that cannot be converted to JSON Schema. */
function withMeta({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const meta = z.globalRegistry.get(zodSchema);
  if (meta !== undefined) Object.assign(jsonSchema, meta);
}

const VERBATIM = new Set(['enum', 'const', 'default', 'required', 'examples']);
const BY_NAME = new Set(['properties', '$defs']);
const UNBOUNDED = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/** The name of each named schema that is only an enum, by its values. */
const NAME_OF_ENUM = new Map(
  Object.entries(NAMED).flatMap(([name, schema]): [string, string][] => {
    const { enum: values } = z.toJSONSchema(schema, { unrepresentable: 'any', override: withMeta });
    return values === undefined ? [] : [[JSON.stringify(values), name]];
  }),
);

/**
 * Replaces named schemas by references and times by the one schema of times, and removes the default bounds of numbers.
 * Schemas of replies stay open, because later releases may add fields. They have no defaults, because every field is
 * present. `own`: the name of this schema.
 */
function tidy(schema: unknown, io: Direction, own?: string): Schema {
  if (typeof schema !== 'object' || schema === null) return {};
  const { id, $schema, ...keywords } = withNamedProperties(Object.fromEntries(Object.entries(schema)));
  if (keywords.format === 'date-time') return schemaRef('Instant');
  const named = NAME_OF_ENUM.get(JSON.stringify(keywords.enum));
  if (named !== undefined && named !== own) {
    const { enum: _, type, ...beside } = keywords;
    return { ...schemaRef(named), ...beside };
  }
  return Object.fromEntries(
    Object.entries(keywords).flatMap(([keyword, value]): [string, unknown][] => {
      if (keyword === '$ref') return [[keyword, String(value).replace('#/$defs/', '#/components/schemas/')]];
      if ((keyword === 'minimum' || keyword === 'maximum') && UNBOUNDED.has(Number(value))) return [];
      if (keyword === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}') return [];
      if (keyword === 'additionalProperties' && value === false && io !== 'input') return [];
      if (keyword === 'default' && io === 'output') return [];
      if (VERBATIM.has(keyword) || typeof value !== 'object' || value === null) return [[keyword, value]];
      if (Array.isArray(value))
        return [[keyword, value.map((inner) => (typeof inner === 'object' ? tidy(inner, io) : inner))]];
      if (BY_NAME.has(keyword))
        return [[keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tidy(inner, io)]))]];
      return [[keyword, tidy(value, io)]];
    }),
  );
}

/** Converts a record with all of its known keys to an object with these properties. */
function withNamedProperties(schema: Record<string, unknown>): Record<string, unknown> {
  const { propertyNames, additionalProperties, ...others } = schema;
  if (propertyNames === undefined || !Array.isArray(schema.required)) return schema;
  return { ...others, properties: Object.fromEntries(schema.required.map((name) => [name, additionalProperties])) };
}

/**
 * Writes a default as a sentence instead of the keyword. Type generators treat a field with that keyword as always
 * present, which is true of replies and false of requests.
 */
function withDefaultsInWords(schema: Schema): Schema {
  const properties = Object.entries(Object(schema.properties ?? {})).map(([field, inner]): [string, unknown] => {
    const { default: value, description, ...others } = Object(inner);
    if (value === undefined) return [field, inner];
    const words = `Default: \`${JSON.stringify(value)}\`.`;
    return [field, { ...others, description: description === undefined ? words : `${description} ${words}` }];
  });
  return properties.length === 0 ? schema : { ...schema, properties: Object.fromEntries(properties) };
}

/** Adds the sentences of DESCRIPTIONS to a schema and its properties. */
function described(name: string, schema: Schema): Schema {
  const { '': itself, ...fields } = DESCRIPTIONS[name] ?? {};
  const properties = Object.entries(Object(schema.properties ?? {})).map(([field, inner]) => [
    field,
    fields[field] === undefined ? inner : { ...Object(inner), description: fields[field] },
  ]);
  return {
    ...(itself === undefined ? {} : { description: itself }),
    ...schema,
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
  };
}
