import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { providerActor, SYSTEM, userActor, workerActor } from '../../../functions/domain/event/actors.ts';
import {
  type Envelope,
  envelopeSchema,
  eventShape,
  foldEnvelopes,
  typeNames,
} from '../../../functions/domain/event/event.ts';
import * as ids from '../../../functions/domain/ids/ids.ts';
import { canonicalJson } from '../../../functions/domain/text/canonical-json.ts';

const added = eventShape('Added', z.object({ by: z.int() }));
const schema = z.discriminatedUnion('type', [added, eventShape('Cleared', z.object({}))]);
type State = { readonly version: number; readonly sum: number };
const history = {
  schema: z.object({ version: z.int() }).and(schema),
  types: typeNames(schema),
  state: z.object({ version: z.int(), sum: z.int() }),
  evolve: (state: State | null, event: { version: number } & z.infer<typeof schema>): State => ({
    version: event.version,
    sum: event.type === 'Cleared' ? 0 : (state?.sum ?? 0) + event.data.by,
  }),
};
const envelope = (version: number, type: string, data: unknown): Envelope => ({
  stream_id: 's',
  version,
  type,
  schema: 1,
  account_id: 'acc_one',
  at: '2026-11-01T00:00:00.000Z',
  actor: { kind: 'user', id: 'usr_1' },
  append_id: 'a',
  data,
});

describe('the fold of a stream', () => {
  it('applies one event after the other, from a state or from null', () => {
    const two = [envelope(1, 'Added', { by: 2 }), envelope(2, 'Added', { by: 3 })];
    expect(foldEnvelopes(history, two)).toEqual({ version: 2, sum: 5 });
    expect(foldEnvelopes(history, two, { version: 0, sum: 10 })).toEqual({ version: 2, sum: 15 });
    expect(foldEnvelopes(history, [])).toBeNull();
  });

  it('counts the version of an event that a newer release wrote, and ignores the rest of it', () => {
    const unknown = envelope(2, 'Multiplied', { by: 9 });
    expect(foldEnvelopes(history, [envelope(1, 'Added', { by: 2 }), unknown])).toEqual({ version: 2, sum: 2 });
    expect(foldEnvelopes(history, [unknown])).toBeNull();
  });

  it('refuses a known event that is malformed', () => {
    expect(() => foldEnvelopes(history, [envelope(1, 'Added', { by: 'much' })])).toThrow(z.ZodError);
  });

  it('has the names of its events', () => {
    expect([...typeNames(schema)]).toEqual(['Added', 'Cleared']);
  });
});

describe('an envelope', () => {
  it('may omit the fields that only some events have', () => {
    const bare = envelope(1, 'Added', {});
    expect(envelopeSchema.parse(bare)).toEqual(bare);
  });

  it.each([
    ['a version of 0', { version: 0 }],
    ['an invalid time', { at: 'now' }],
    ['an actor without a kind', { actor: { kind: 'robot', id: 'x' } }],
    ['an actor with an unknown field', { actor: { kind: 'user', id: 'x', name: 'y' } }],
    ['no data field of a type', { type: 1 }],
    ['a schema of 0', { schema: 0 }],
  ])('is refused without or with a wrong field: %s', (_, changes) => {
    expect(envelopeSchema.safeParse({ ...envelope(1, 'Added', {}), ...changes }).success).toBe(false);
  });

  it.each(['user', 'worker', 'provider', 'system'])('accepts an actor of the kind %s', (kind) => {
    expect(envelopeSchema.safeParse({ ...envelope(1, 'Added', {}), actor: { kind, id: 'x' } }).success).toBe(true);
  });
});

it('gives each part of the system its own actor', () => {
  expect(Object.values(SYSTEM).map(({ kind }) => kind)).toEqual(Object.keys(SYSTEM).map(() => 'system'));
  expect(Object.values(SYSTEM).map(({ id }) => id)).toEqual(Object.keys(SYSTEM));
  expect([workerActor('w'), providerActor('whk_1'), userActor('usr_1')]).toEqual([
    { kind: 'worker', id: 'w' },
    { kind: 'provider', id: 'whk_1' },
    { kind: 'user', id: 'usr_1' },
  ]);
});

describe('an id', () => {
  it('is recognised by its prefix', () => {
    for (const prefix of ids.ID_PREFIXES) expect(ids.prefixOf(`${prefix}_01`)).toBe(prefix);
    for (const text of ['acc_1', 'jobs_1', 'job', '', '_']) expect(ids.prefixOf(text), text).toBeNull();
  });

  it('is exactly a prefix and 128 bits', () => {
    const good = 'job_01jgx000000000000000000001';
    expect(ids.jobId.safeParse(good).success).toBe(true);
    for (const bad of [`x${good}`, `${good}x`, `${good}\n`, good.toUpperCase(), good.replace('_0', '_8'), 'job_'])
      expect(ids.jobId.safeParse(bad).success, bad).toBe(false);
  });

  it.each([
    ['job', ids.jobId],
    ['tsk', ids.taskId],
    ['pc', ids.credentialId],
    ['eml', ids.emailId],
    ['blk', ids.bulkId],
    ['log', ids.logId],
    ['whk', ids.webhookEndpointId],
  ])('of one kind begins with %s', (prefix, schema) => {
    expect(schema.safeParse(`${prefix}_01jgx000000000000000000001`).success).toBe(true);
    expect(schema.safeParse('dlv_01jgx000000000000000000001').success).toBe(false);
    expect(ids.prefixOf(`${prefix}_`)).toBe(prefix);
  });

  it('of an account is limited in length and safe in keys', () => {
    for (const good of ['acc_a', `acc_${'x'.repeat(64)}`, 'acc_A-9_z'])
      expect(ids.accountId.safeParse(good).success).toBe(true);
    for (const bad of ['acc_', `acc_${'x'.repeat(65)}`, 'acc_a#b', 'xacc_a', 'acc_a\n', 'a'])
      expect(ids.accountId.safeParse(bad).success, bad).toBe(false);
  });
});

it('canonical JSON is equal for equal values, whatever the order of fields; lists keep their order', () => {
  expect(canonicalJson({ b: [2, 1, { d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[2,1,{"c":null,"d":1}]}');
  expect(canonicalJson([3, 1])).toBe('[3,1]');
  expect(canonicalJson(null)).toBe('null');
});
