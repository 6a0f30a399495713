import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROVIDER_NAMES } from '../../../functions/domain/webhook/endpoint.ts';
import { MAX_BODY_BYTES, SECRET_SCHEMAS } from '../../../functions/webhooks/providers/provider.ts';
import { PROVIDERS } from '../../../functions/webhooks/providers/registry.ts';
import {
  bytes,
  emailengineRequest,
  GENUINE,
  GMAIL,
  JWT,
  NOW,
  nobodysToken,
  nylasRequest,
  OTHER_WHSEC,
  post,
  receive,
  SUBSCRIPTION,
  standardRequest,
  TENANT,
  TEXT,
  verdict,
  WHSEC,
} from './genuine.ts';

const WITH_SECRET = PROVIDER_NAMES.filter((name) => PROVIDERS[name].secret !== 'none');
/** Providers that sign the bytes of the body, and the header with the signature. */
const SIGNED = [
  ['standard', 'webhook-signature'],
  ['nylas', 'x-nylas-signature'],
  ['emailengine', 'x-ee-wh-signature'],
] as const;

const secretOf = (kind: 'whsec' | 'text' | 'none'): string => (kind === 'whsec' ? WHSEC : TEXT);

describe.each(PROVIDER_NAMES)('%s', (name) => {
  const { request, verification, otherSecret } = GENUINE[name];

  test('is in the registry under its own name', () => {
    expect(PROVIDERS[name].name).toBe(name);
  });

  test('accepts a genuine delivery', async () => {
    expect(await receive(name, request)).toMatchObject({ kind: 'accepted', ignored: 0, events: [{}] });
  });

  test('never accepts settings of another provider', async () => {
    const settings = { ...Object(verification.settings), colour: 'blue' };
    expect(PROVIDERS[name].settings.safeParse(settings).success).toBe(false);
    expect(await receive(name, request, { settings })).toEqual({
      kind: 'refused',
      status: 500,
      reason: 'misconfigured',
    });
  });

  test('refuses a body over the limit before anything else, and reads one within it', async () => {
    const over = { ...request, body: new Uint8Array(MAX_BODY_BYTES + 1) };
    const within = { ...request, body: new Uint8Array(MAX_BODY_BYTES) };
    expect(await receive(name, over)).toEqual({ kind: 'refused', status: 413, reason: 'too_large' });
    expect(await verdict(receive(name, within))).not.toMatch(/too_large|accepted/);
  });

  test('accepts no event from a GET', async () => {
    expect(await verdict(receive(name, { ...request, method: 'GET' }))).toBe('malformed');
  });

  test('answers any request, and accepts nothing that is not genuine', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest(request), fc.boolean(), async (any, rotating) => {
        const secrets = rotating && otherSecret !== null ? [otherSecret, 'whsec_', '%'] : [];
        const answer = await receive(name, any, { secrets, verifyToken: nobodysToken });
        expect(answer.kind).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });

  test('answers any genuine request, within the limits', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(oddBody(request.body), async (body) => {
        const headers = { ...request.headers, ...resigned(name, body) };
        const answer = await receive(name, { ...request, headers, body });
        if (answer.kind !== 'accepted') return;
        accepted += 1;
        expect(answer.events.length).toBeLessThanOrEqual(1);
        for (const { eventId, dedupeKey, eventType, subjects } of answer.events) {
          for (const text of [eventId, dedupeKey, eventType, ...Object.values(subjects)]) {
            expect(text).toMatch(/^[^\p{Cc}\p{Cs}]{1,255}$/u);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(10);
  });
});

test.each(WITH_SECRET)('%s accepts either secret during a rotation, and no other', async (name) => {
  const { request, verification, otherSecret } = GENUINE[name];
  const other = otherSecret ?? '';
  const secrets = verification.secrets;
  expect(await verdict(receive(name, request, { secrets: [other, ...secrets] }))).toBe('accepted');
  expect(await verdict(receive(name, request, { secrets: [...secrets, other] }))).toBe('accepted');
  expect(await verdict(receive(name, request, { secrets: [other] }))).toBe('bad_signature');
  expect(await verdict(receive(name, request, { secrets: [] }))).toBe('bad_signature');
});

describe.each(SIGNED)('%s signs every byte', (name, header) => {
  const { request } = GENUINE[name];
  const changed = (text: string, at: number, by: number): string =>
    String.fromCharCode(...bytes(text).map((byte, index) => (index === at ? byte ^ by : byte)));

  test('of the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const body = request.body.map((byte, index) => (index === at ? byte ^ by : byte));
        expect(await verdict(receive(name, { ...request, body }))).toBe('bad_signature');
      }),
    );
  });

  test('of a shortened or extended body', async () => {
    const longer = new Uint8Array([...request.body, 0x20]);
    for (const body of [longer, request.body.slice(0, -1), request.body.slice(1), new Uint8Array()]) {
      expect(await verdict(receive(name, { ...request, body }))).toBe('bad_signature');
    }
  });

  test('of the signature', async () => {
    const signature = request.headers[header] ?? '';
    await fc.assert(
      fc.asyncProperty(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 127 }), async (at, by) => {
        const headers = { ...request.headers, [header]: changed(signature, at, by) };
        expect(await verdict(receive(name, { ...request, headers }))).toBe('bad_signature');
      }),
    );
    for (const other of [signature.slice(0, -1), `${signature}=`, `${signature}0`, signature.toUpperCase()]) {
      const headers = { ...request.headers, [header]: other };
      expect(await verdict(receive(name, { ...request, headers }))).toBe('bad_signature');
    }
  });

  test('and a request without a signature has its own reason', async () => {
    const { [header]: _, ...headers } = request.headers;
    expect(await receive(name, { ...request, headers })).toEqual({
      kind: 'refused',
      status: 401,
      reason: 'no_signature',
    });
    expect(await verdict(receive(name, { ...request, headers: { ...headers, [header]: '' } }))).toBe('no_signature');
  });
});

test.each([
  ['nylas', nylasRequest],
  ['emailengine', emailengineRequest],
] as const)('%s accepts nothing signed with the empty secret, stored or not', async (name, sign) => {
  const request = { ...sign(GENUINE[name].request.body, ''), method: 'POST' as const };
  expect(await verdict(receive(name, request, { secrets: [''] }))).toBe('bad_signature');
});

describe('samples', () => {
  test.each(WITH_SECRET)('of %s are accepted by it, and name the mailbox and the event', async (name) => {
    const { sample, secret: kind, matches } = PROVIDERS[name];
    const { settings } = GENUINE[name].verification;
    const secret = secretOf(kind);
    const subject = name === 'microsoft_graph' ? SUBSCRIPTION : 'ref-1';
    const request = sample.possible ? sample.sign({ secret, settings, now: NOW, eventId: 'dlv_1', subject }) : null;
    expect(request).not.toBeNull();
    if (request === null) return;
    expect(await receive(name, request)).toMatchObject({
      kind: 'accepted',
      events: [
        { eventType: 'inbox_manager.test', subjects: Object.fromEntries(matches.map((kind) => [kind, subject])) },
      ],
    });
    expect(await verdict(receive(name, request, { secrets: [kind === 'whsec' ? OTHER_WHSEC : `${TEXT}2`] }))).toBe(
      'bad_signature',
    );
  });

  test.each(WITH_SECRET)('of %s need no subject', async (name) => {
    const { sample, secret: kind } = PROVIDERS[name];
    const { settings } = GENUINE[name].verification;
    const secret = secretOf(kind);
    const request = sample.possible
      ? sample.sign({ secret, settings, now: NOW, eventId: 'dlv_1', subject: null })
      : null;
    expect(request === null ? 'none' : await verdict(receive(name, request))).toBe('accepted');
  });

  test('of Gmail cannot be made, and the reason is given', () => {
    expect(PROVIDERS.gmail.sample).toMatchObject({ possible: false, why: expect.stringContaining('Pub/Sub') });
  });

  test.each([
    ['standard', 'whsec_%', {}],
    ['standard', 'whsec_', {}],
    ['nylas', TEXT, { colour: 'blue' }],
    ['microsoft_graph', TEXT, {}],
    ['microsoft_graph', TEXT, { tenant_id: TENANT }],
  ] as const)('of %s do not exist for %s and %j', (name, secret, settings) => {
    const { sample } = PROVIDERS[name];
    const parts = { secret, settings, now: NOW, eventId: 'dlv_1', subject: null };
    expect(sample.possible && sample.sign(parts)).toBeNull();
  });
});

describe('settings and secrets', () => {
  test.each([
    ['gmail', GMAIL, true],
    ['gmail', { ...GMAIL, issuer: 'http://127.0.0.1:4000' }, true],
    ['gmail', { ...GMAIL, issuer: 'google' }, false],
    ['gmail', { ...GMAIL, audience: '' }, false],
    ['gmail', { ...GMAIL, service_account_email: 'push' }, false],
    ['gmail', { ...GMAIL, subscription: 'gmail' }, false],
    ['gmail', {}, false],
    ['microsoft_graph', { tenant_id: TENANT }, true],
    ['microsoft_graph', { tenant_id: TENANT, subscription_ids: [SUBSCRIPTION] }, true],
    ['microsoft_graph', { tenant_id: TENANT, subscription_ids: [] }, false],
    ['microsoft_graph', { tenant_id: 'common' }, false],
    ['microsoft_graph', {}, false],
    ['standard', {}, true],
    ['nylas', {}, true],
    ['emailengine', {}, true],
  ] as const)('%s: %j is valid: %s', (name, settings, valid) => {
    expect(PROVIDERS[name].settings.safeParse(settings).success).toBe(valid);
  });

  const whsec = (length: number): string => `whsec_${Buffer.alloc(length, 7).toString('base64')}`;
  test.each([
    ['whsec', WHSEC, true],
    ['whsec', whsec(24), true],
    ['whsec', whsec(64), true],
    ['whsec', whsec(23), false],
    ['whsec', whsec(65), false],
    ['whsec', WHSEC.slice(6), false],
    ['whsec', `${WHSEC}!`, false],
    ['text', 'x'.repeat(16), true],
    ['text', 'x'.repeat(128), true],
    ['text', 'x'.repeat(15), false],
    ['text', 'x'.repeat(129), false],
    ['text', `${'x'.repeat(20)}\n`, false],
  ] as const)('a secret of kind %s, %j, is valid: %s', (kind, secret, valid) => {
    expect(SECRET_SCHEMAS[kind].safeParse(secret).success).toBe(valid);
  });
});

test('missing settings are empty settings', async () => {
  expect(await verdict(receive('nylas', GENUINE.nylas.request, { settings: null }))).toBe('accepted');
  expect(await verdict(receive('gmail', GENUINE.gmail.request, { settings: null }))).toBe('misconfigured');
});

/** The header that makes a body genuine; none for providers that do not sign the body. */
function resigned(name: string, body: Uint8Array): Record<string, string> {
  if (name === 'nylas') return { ...nylasRequest(body).headers };
  if (name === 'emailengine') return { ...emailengineRequest(body).headers };
  if (name === 'standard') return { ...standardRequest(body).headers };
  return {};
}

function oddBody(genuine: Uint8Array): fc.Arbitrary<Uint8Array> {
  const value: unknown = JSON.parse(new TextDecoder().decode(genuine));
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map(bytes),
    fc.tuple(fc.nat(40), fc.jsonValue()).map(([at, other]) => bytes(JSON.stringify(replaced(value, at, other)))),
    fc.constantFrom('['.repeat(100_000), '{"value":'.repeat(20_000), '', 'null', '[]', '{"__proto__":1}').map(bytes),
    fc.uint8Array({ maxLength: 50 }).map((rest) => new Uint8Array([0x1f, 0x8b, 8, ...rest])),
  );
}

/** A value with the part at the nth place, in reading order, replaced. */
function replaced(value: unknown, at: number, by: unknown): unknown {
  let place = -1;
  const walked = (each: unknown): unknown => {
    place += 1;
    if (place === at) return by;
    if (Array.isArray(each)) return each.map(walked);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, walked(inner)]));
  };
  return walked(value);
}

/** Requests that resemble the genuine one. The caller removes the signature or token. */
function anyRequest(genuine: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }) {
  const names = [...Object.keys(genuine.headers), 'authorization', 'content-encoding', '__proto__', 'constructor'];
  const value = fc.oneof(
    fc.string({ maxLength: 100 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...Object.values(genuine.headers), `Bearer ${JWT}`, 'v1,', 'v1', 'v1a,x', '0', '-1', '1e3'),
  );
  return fc
    .record({
      method: fc.constantFrom('GET' as const, 'POST' as const),
      headers: fc.dictionary(fc.constantFrom(...names), value),
      query: fc.dictionary(fc.constantFrom('challenge', 'validationToken', 'x'), value),
      body: fc.oneof(fc.constant(genuine.body), oddBody(genuine.body)),
    })
    .map((parts) => ({ ...post(parts.body), ...parts }));
}
