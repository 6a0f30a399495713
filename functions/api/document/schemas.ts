import * as z from 'zod';
import { ACTIONS } from '../../domain/action/catalogue.ts';
import { postponeReason } from '../../domain/attempt/outcome.ts';
import { logFilterSchema } from '../../domain/audit/filter.ts';
import { secretSchema } from '../../domain/credential/secret.ts';
import { actorSchema } from '../../domain/event/event.ts';
import { failureCategory, failureCode } from '../../domain/failure/schema.ts';
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
import { jobStatus } from '../../domain/job/job.ts';
import { mailAddress } from '../../domain/mail/message.ts';
import { jobFilterSchema } from '../../domain/search/filter.ts';
import { period, range } from '../../domain/search/values.ts';
import { coverage } from '../../runtime/http/coverage.ts';
import { bulkJobsContract } from '../contracts/bulk.ts';
import { facetsResource, jobStatsContract, jobStatsSeriesContract } from '../contracts/jobs.ts';
import { accountResource } from '../contracts/pauses.ts';
import { healthContract, listFailuresContract } from '../contracts/service.ts';
import { syncMessagesContract } from '../contracts/tasks.ts';
import { testWebhookEndpointContract } from '../contracts/webhooks.ts';
import { bulkItemResource, bulkResource } from '../resources/bulk.ts';
import { certificateResource } from '../resources/certificates.ts';
import { credentialResource } from '../resources/credential.ts';
import { credentialTestResource } from '../resources/credential-test.ts';
import { eventResource } from '../resources/event.ts';
import { jobResource } from '../resources/job.ts';
import { logResource } from '../resources/log.ts';
import { emailResource, mailboxResource } from '../resources/mail.ts';
import { taskResource } from '../resources/task.ts';
import { deliveryResource, webhookEndpointResource, webhookEndpointWithSecret } from '../resources/webhook.ts';
import { DESCRIPTIONS } from './descriptions.ts';

/** A JSON Schema (draft 2020-12), or a part of one. */
export type Schema = { readonly [keyword: string]: unknown };

/** What stands under its own name in `components.schemas`, wherever it occurs. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(
    Object.entries(ACTIONS).flatMap(([action, { payload, result }]) => {
      const { payload: payloadName, result: resultName } = actionNames(action);
      return [[payloadName, payload] as const, [resultName, result] as const];
    }),
  ),
  AccountId: accountId,
  Actor: actorSchema,
  BulkDryRun: bulkJobsContract.replies[1].data.options[0],
  BulkId: bulkId,
  BulkItem: bulkItemResource,
  BulkOperation: bulkResource,
  Coverage: coverage,
  Account: accountResource,
  Credential: credentialResource,
  CredentialId: credentialId,
  Delivery: deliveryResource,
  Certificate: certificateResource,
  CredentialTest: credentialTestResource,
  Email: emailResource,
  EmailId: emailId,
  Event: eventResource,
  Facets: facetsResource,
  Failure: listFailuresContract.replies[0].data.element,
  FailureCategory: failureCategory,
  FailureCode: failureCode,
  Health: healthContract.replies[0].data,
  Job: jobResource,
  JobFilter: jobFilterSchema,
  JobId: jobId,
  JobStats: jobStatsContract.replies[0].data,
  JobStatsSeries: jobStatsSeriesContract.replies[0].data,
  JobStatus: jobStatus,
  LogEntry: logResource,
  LogFilter: logFilterSchema,
  LogId: logId,
  MailAddress: mailAddress,
  Mailbox: mailboxResource,
  Period: period,
  Range: range,
  Secret: secretSchema,
  SyncAccepted: syncMessagesContract.replies[0].data,
  WebhookEndpoint: webhookEndpointResource,
  WebhookEndpointId: webhookEndpointId,
  WebhookEndpointWithSecret: webhookEndpointWithSecret,
  WebhookTest: testWebhookEndpointContract.replies[0].data,
  Task: taskResource,
  TaskId: taskId,
  WaitReason: postponeReason,
};

/** The names of an action's payload and result: `SyncMessagesPayload` of `imap_sync_messages`. */
export function actionNames(action: string): { readonly payload: string; readonly result: string } {
  const name = action.replace(/^imap/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { payload: `${name}Payload`, result: `${name}Result` };
}

export const schemaRef = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** The name that a reference has, null for any other schema. */
export function refName(schema: Schema): string | null {
  return typeof schema.$ref === 'string' ? schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) : null;
}

/** The zod schema as JSON Schema, with references in the place of whatever has a name. `input`: what callers send. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { properties } = converted(schema, io);
  return tidy(properties?.it ?? {});
}

/** Every named schema. Payloads and filters as callers send them, all else as we do. */
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
    const io = /(?:Payload|Filter|Period|Range|Secret)$/.test(name) ? 'input' : 'output';
    schemas[name] = described(name, tidy(converted(schema, io).$defs?.[name] ?? {}));
  }
  return Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Wrapped in an object, so that a named schema becomes a reference even when it is all there is. */
function converted(schema: z.ZodType, io: 'input' | 'output') {
  const names = z.registry<{ id: string }>();
  for (const [id, named] of Object.entries(NAMED)) names.add(named, { id });
  return z.toJSONSchema(z.object({ it: schema }), {
    io,
    metadata: names,
    unrepresentable: 'any',
    // What `.meta` says of a schema that JSON Schema cannot be derived from.
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema);
      if (meta !== undefined) Object.assign(jsonSchema, meta);
    },
  });
}

const VERBATIM = new Set(['enum', 'const', 'default', 'required', 'examples']);
const BY_NAME = new Set(['properties', '$defs']);
const UNBOUNDED = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/** References to components, times as the one schema of times, and none of the bounds that any number has. */
function tidy(schema: unknown): Schema {
  if (typeof schema !== 'object' || schema === null) return {};
  const { id, $schema, ...keywords } = Object.fromEntries(Object.entries(schema));
  if (keywords.format === 'date-time') return schemaRef('Instant');
  return Object.fromEntries(
    Object.entries(keywords).flatMap(([keyword, value]): [string, unknown][] => {
      if (keyword === '$ref') return [[keyword, String(value).replace('#/$defs/', '#/components/schemas/')]];
      if ((keyword === 'minimum' || keyword === 'maximum') && UNBOUNDED.has(Number(value))) return [];
      if (keyword === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}') return [];
      if (VERBATIM.has(keyword) || typeof value !== 'object' || value === null) return [[keyword, value]];
      if (Array.isArray(value))
        return [[keyword, value.map((inner) => (typeof inner === 'object' ? tidy(inner) : inner))]];
      if (BY_NAME.has(keyword))
        return [[keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tidy(inner)]))]];
      return [[keyword, tidy(value)]];
    }),
  );
}

/** With the sentences that DESCRIPTIONS has on it and on its properties. */
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
