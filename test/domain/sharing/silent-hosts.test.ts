import { describe, expect, it } from 'vitest';
import {
  admitToHost,
  afterSuccess,
  afterTimeout,
  FORGET_MS,
  type HostRecords,
  hostKey,
  MAX_HOSTS,
  MAX_PARK_MS,
  PROBE_MS,
  TIMEOUTS_TO_PARK,
} from '../../../functions/domain/sharing/silent-hosts.ts';

const KEY = 'mail.example.com:993';
const T0 = 1_000_000_000;
const MINUTE = 60_000;

/** A number of attempts, one after the other, each of which began and timed out at that time. */
function timeouts(count: number, at = T0, records: HostRecords = {}): HostRecords {
  let after = records;
  for (let n = 0; n < count; n += 1) after = afterTimeout(after, KEY, { began: at, probe: false }, at);
  return after;
}

/** The records after a probe was started at that time. */
function probing(records: HostRecords, now: number): HostRecords {
  const admission = admitToHost(records[KEY], now);
  if (admission.kind !== 'probe') throw new Error(`no probe: ${admission.kind}`);
  return { ...records, [KEY]: admission.next };
}

describe('a mail server', () => {
  it('is used until the fifth timeout in a row, and then parked for a minute', () => {
    expect(admitToHost(undefined, T0)).toEqual({ kind: 'free' });
    expect(admitToHost(timeouts(TIMEOUTS_TO_PARK - 1)[KEY], T0)).toEqual({ kind: 'free' });
    const parked = timeouts(TIMEOUTS_TO_PARK)[KEY];
    expect(admitToHost(parked, T0)).toEqual({ kind: 'parked', since: T0, until: T0 + MINUTE });
    expect(admitToHost(parked, T0 + MINUTE - 1)).toMatchObject({ kind: 'parked' });
    expect(admitToHost(parked, T0 + MINUTE)).toMatchObject({ kind: 'probe' });
  });

  it('is not parked if one attempt in between succeeds', () => {
    const served = afterSuccess(timeouts(TIMEOUTS_TO_PARK - 1), KEY);
    expect(served).toEqual({});
    expect(admitToHost(timeouts(TIMEOUTS_TO_PARK - 1, T0, served)[KEY], T0)).toEqual({ kind: 'free' });
    expect(afterSuccess(served, KEY), 'nothing is to be written').toBe(served);
  });

  it('is not parked for longer by attempts that had started before it was parked', () => {
    const parked = timeouts(TIMEOUTS_TO_PARK);
    expect(afterTimeout(parked, KEY, { began: T0 - 1, probe: false }, T0 + 10)).toBe(parked);
    expect(timeouts(16)).toEqual(parked);
  });

  it('is parked twice as long after each probe that times out, up to 15 minutes', () => {
    let records = timeouts(TIMEOUTS_TO_PARK);
    let now = T0;
    const lengths: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const admission = admitToHost(records[KEY], now);
      if (admission.kind !== 'parked') throw new Error('not parked');
      lengths.push((admission.until - now) / MINUTE);
      now = admission.until;
      records = afterTimeout(probing(records, now), KEY, { began: now, probe: true }, now + 1);
      now += 1;
    }
    expect(lengths).toEqual([1, 2, 4, 8, 15, 15, 15]);
    expect(MAX_PARK_MS).toBe(15 * MINUTE);
  });

  it('has one probe at a time, and another one when that probe is lost', () => {
    const now = T0 + MINUTE;
    const tried = probing(timeouts(TIMEOUTS_TO_PARK), now);
    expect(admitToHost(tried[KEY], now)).toEqual({ kind: 'parked', since: T0, until: now + 30_000 });
    expect(admitToHost(tried[KEY], now + PROBE_MS - 1)).toMatchObject({ kind: 'parked', until: now + PROBE_MS });
    expect(admitToHost(tried[KEY], now + PROBE_MS)).toMatchObject({ kind: 'probe' });
  });

  it('is free at once when its probe succeeds', () => {
    const tried = probing(timeouts(TIMEOUTS_TO_PARK), T0 + MINUTE);
    expect(admitToHost(afterSuccess(tried, KEY)[KEY], T0 + MINUTE + 1)).toEqual({ kind: 'free' });
  });

  it('is forgotten an hour after its last timeout', () => {
    const later = T0 + FORGET_MS;
    expect(timeouts(1, later, timeouts(4))[KEY]).toMatchObject({ timeouts: 1, since: later });
    expect(timeouts(1, later - 1, timeouts(4))[KEY]).toMatchObject({ timeouts: 5, parks: 1 });
    expect(admitToHost(timeouts(5)[KEY], later)).toEqual({ kind: 'free' });
  });

  it('is the same in any case of its name, and different on another port', () => {
    expect(hostKey({ host: 'Mail.Example.COM.', port: 993 })).toBe(KEY);
    expect(hostKey({ host: 'mail.example.com', port: 143 })).not.toBe(KEY);
  });
});

it('at most ten servers of an account are kept: those that timed out last', () => {
  let records: HostRecords = {};
  for (let n = 0; n < 50; n += 1)
    records = afterTimeout(records, `host${n}:993`, { began: T0 + n, probe: false }, T0 + n);
  expect(Object.keys(records)).toHaveLength(MAX_HOSTS);
  expect(Object.keys(records)).toContain('host49:993');
  expect(Object.keys(records)).not.toContain('host39:993');
});
