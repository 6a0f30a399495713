import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ACCOUNT_HISTORY, foldAccount } from '../../functions/domain/account/account.ts';
import { BULK_HISTORY, foldBulk } from '../../functions/domain/bulk/bulk.ts';
import { CREDENTIAL_HISTORY, foldCredential } from '../../functions/domain/credential/history.ts';
import { type Envelope, envelopeSchema } from '../../functions/domain/event/event.ts';
import { FAILURE_GROUP_HISTORY, foldFailureGroup } from '../../functions/domain/failure-group/failure-group.ts';
import { foldJob, JOB_HISTORY } from '../../functions/domain/job/history.ts';
import { foldTask, TASK_HISTORY } from '../../functions/domain/task/task.ts';
import { canonicalJson } from '../../functions/domain/text/canonical-json.ts';
import { DELIVERY_HISTORY, foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import { foldWebhookEndpoint, WEBHOOK_HISTORY } from '../../functions/domain/webhook/endpoint.ts';
import { foldSample, SAMPLE_HISTORY } from '../../functions/domain/webhook/sample.ts';
import { foldSilence, SILENCE_HISTORY } from '../../functions/domain/webhook/silence.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/events/', import.meta.url));
const STATES = fileURLToPath(new URL('../fixtures/states/', import.meta.url));
/** The data fields of each event type that the last release reads; it refuses events of these types with others. */
const releasedFields = new Map(
  readFileSync(new URL('../fixtures/released-fields.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [type = '', ...fields] = line.trim().split(' ');
      return [type, new Set(fields)];
    }),
);
const golden = readdirSync(FOLDER).map((name) => ({
  name,
  events: envelopeSchema.array().parse(JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'))),
}));
const KINDS = [
  { prefix: 'job_', history: JOB_HISTORY, fold: foldJob },
  { prefix: 'tsk_', history: TASK_HISTORY, fold: foldTask },
  { prefix: 'acc_', history: ACCOUNT_HISTORY, fold: foldAccount },
  { prefix: 'fgr_', history: FAILURE_GROUP_HISTORY, fold: foldFailureGroup },
  { prefix: 'blk_', history: BULK_HISTORY, fold: foldBulk },
  { prefix: 'whk_01jd0000000000000000000000#silence', history: SILENCE_HISTORY, fold: foldSilence },
  { prefix: 'whk_01jd0000000000000000000000#test#', history: SAMPLE_HISTORY, fold: foldSample },
  { prefix: 'whk_', history: WEBHOOK_HISTORY, fold: foldWebhookEndpoint },
  { prefix: 'dlv_', history: DELIVERY_HISTORY, fold: foldDelivery },
  { prefix: 'pc_', history: CREDENTIAL_HISTORY, fold: foldCredential },
];

const jsonSchema = z.object({
  const: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  allOf: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** The schema and everything that it is put together from, on the same level. */
function partsOf(schema: unknown): readonly z.infer<typeof jsonSchema>[] {
  const parsed = jsonSchema.safeParse(schema);
  if (!parsed.success) return [];
  const { allOf = [], anyOf = [], oneOf = [] } = parsed.data;
  return [parsed.data, ...[...allOf, ...anyOf, ...oneOf].flatMap(partsOf)];
}

/** The paths of all fields that the schema names; `[]` for an item of a list. */
const fieldsOf = (schema: unknown, path: string): readonly string[] =>
  partsOf(schema).flatMap(({ properties = {}, items }) => [
    ...Object.entries(properties).flatMap(([name, field]) => {
      const own = path === '' ? name : `${path}.${name}`;
      return [own, ...fieldsOf(field, own)];
    }),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`)),
  ]);

/** The data fields of each event type of a kind of stream. */
function dataFields(schema: z.ZodType): ReadonlyMap<string, readonly string[]> {
  const events = partsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return new Map(
    events.flatMap(({ properties = {} }) => {
      const type = jsonSchema.safeParse(properties.type).data?.const;
      return typeof type === 'string' ? [[type, fieldsOf(properties.data, '')]] : [];
    }),
  );
}

/** The fields of the state that each event of a stream changes, by name. */
function statesOf(events: readonly Envelope[], fold: (some: readonly Envelope[]) => object | null): string {
  let before: ReadonlyMap<string, string> = new Map();
  const lines = events.flatMap(({ version, type }, at) => {
    const state = Object.entries(fold(events.slice(0, at + 1)) ?? {});
    const after = new Map(state.map(([name, value]) => [name, canonicalJson(value ?? null)]));
    const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    const changed = names.filter((name) => before.get(name) !== after.get(name));
    before = after;
    return [`${version} ${type}`, ...changed.map((name) => `  ${name}: ${after.get(name) ?? '(gone)'}`)];
  });
  return `${lines.join('\n')}\n`;
}

/**
 * Streams as some release wrote them. They are never edited, because every stored log must stay readable. `vitest -u`
 * writes their states; the reviewer of a change must read them.
 */
describe('every event shape ever written', () => {
  it.each(golden)('$name is read and folded to its stored states, event by event', async (stream) => {
    const kind = KINDS.find(({ prefix }) => stream.events[0]?.stream_id.startsWith(prefix));
    if (kind === undefined) throw new Error(`no kind of stream for ${stream.name}`);
    const file = `${STATES}${stream.name.replace('.json', '.txt')}`;
    const isStored = existsSync(file);
    await expect(statesOf(stream.events, kind.fold)).toMatchFileSnapshot(file);
    expect(isStored, `${file} was there before this run`).toBe(true);
  });

  it.each(KINDS)('includes an example of each event of $prefix', ({ prefix, history }) => {
    const seen = new Set(
      golden.flatMap(({ events }) =>
        events.filter(({ stream_id }) => stream_id.startsWith(prefix)).map(({ type }) => type),
      ),
    );
    expect([...history.types].filter((type) => !seen.has(type))).toEqual([]);
  });

  it.each(KINDS)('has no data field of $prefix that the last release would refuse', ({ history }) => {
    const fields = dataFields(history.schema);
    expect(fields.size).toBe(history.types.size);
    const added = [...fields].flatMap(([type, names]) => {
      const known = releasedFields.get(type);
      return known === undefined ? [] : names.filter((name) => !known.has(name));
    });
    expect(added, 'put it on the envelope, or write it one release after the release that reads it').toEqual([]);
  });
});
