import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { emailengineNotification, emailengineRequest, json, receive, TEXT, verdict } from './genuine.ts';

const body = json(emailengineNotification);

test('a notification names the account, and is identified by its bytes', async () => {
  expect(await receive('emailengine', emailengineRequest(body))).toEqual({
    kind: 'accepted',
    status: 200,
    events: [
      {
        eventId: 'ee-1',
        dedupeKey: createHash('sha256').update(body).digest('hex'),
        eventType: 'messageNew',
        at: '2026-03-01T11:59:00.000Z',
        subjects: { external_ref: 'user123' },
      },
    ],
    ignored: 0,
  });
});

test('a delivery that is repeated under another id is the same event, because the signature does not cover the id', async () => {
  const keys = ['ee-1', 'ee-2'].map(async (id) => {
    const answer = await receive('emailengine', emailengineRequest(body, TEXT, id));
    return answer.kind === 'accepted' ? answer.events[0]?.dedupeKey : null;
  });
  const [first, second] = await Promise.all(keys);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(second).toBe(first);
});

test.each([
  ['of the maximum age is accepted', { date: '2026-02-28T12:00:00.000Z' }, 'accepted'],
  ['above the maximum age is refused', { date: '2026-02-28T11:59:59.999Z' }, 'expired'],
  ['of the maximum time ahead is accepted', { date: '2026-03-01T12:05:00.000Z' }, 'accepted'],
  ['above the maximum time ahead is refused', { date: '2026-03-01T12:05:00.001Z' }, 'expired'],
  ['without a date', { date: undefined }, 'malformed'],
  ['with an invalid date', { date: '2026-02-30T12:00:00.000Z' }, 'malformed'],
  ['without an event', { event: undefined }, 'malformed'],
  ['with an event that is too long', { event: 'x'.repeat(256) }, 'malformed'],
  ['of an unknown event', { event: 'weatherChanged' }, 'accepted'],
])('a notification %s', async (_, parts, expected) => {
  const request = emailengineRequest(json({ ...emailengineNotification, ...parts }));
  expect(await verdict(receive('emailengine', request))).toBe(expected);
});

test.each([undefined, '', 'x'.repeat(256), 'a\nb'])('an invalid event id %j is replaced by the digest', async (id) => {
  const { 'x-ee-wh-event-id': _, ...rest } = emailengineRequest(body).headers;
  const headers = id === undefined ? rest : { ...rest, 'x-ee-wh-event-id': id };
  const answer = await receive('emailengine', { ...emailengineRequest(body), headers });
  const [event] = answer.kind === 'accepted' ? answer.events : [];
  expect(event?.eventId).toMatch(/^[0-9a-f]{64}$/);
  expect(event?.eventId).toBe(event?.dedupeKey);
});

test.each([undefined, 7, 'x'.repeat(256)])('an account %j names no mailbox', async (account) => {
  const request = emailengineRequest(json({ ...emailengineNotification, account }));
  expect(await receive('emailengine', request)).toMatchObject({ kind: 'accepted', events: [{ subjects: {} }] });
});
