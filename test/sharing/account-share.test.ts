import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { LEASE_MS } from '../../functions/domain/job/due.ts';
import { type Share, shareKey, takePlace, UNCOUNTED_MS } from '../../functions/sharing/account-share.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The slots of a deployment, and the writes. */
function world() {
  const slots = memorySlots();
  const writes: string[] = [];
  const now = (): number => Date.now();
  const written =
    <Given extends readonly unknown[], Answer>(name: string, call: (...given: Given) => Promise<Answer>) =>
    (...given: Given): Promise<Answer> => {
      writes.push(name);
      return call(...given);
    };
  const ports = {
    slots: {
      look: slots.look,
      take: written('take', slots.take),
      renew: written('renew', slots.renew),
      release: written('release', slots.release),
    },
    ids,
    now,
  };
  const taken = async (account: string, kind: Share['kind'] = 'workers') =>
    (await slots.look(shareKey(kind, account), now())).taken;
  return { ports, writes, taken };
}

const WORKERS: Share = { kind: 'workers', most: 4 };

describe('the share of an account', () => {
  it('needs no write for work that ends within two seconds', async () => {
    const { ports, writes } = world();
    const place = await takePlace('acc_one', WORKERS, ports);
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS - 1);
    await place?.release();
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    expect(place?.over.aborted).toBe(false);
    expect(writes).toEqual([]);
  });

  it('counts longer work, until it is released', async () => {
    const { ports, writes, taken } = world();
    const place = await takePlace('acc_one', WORKERS, ports);
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    expect(await taken('acc_one')).toBe(1);
    await vi.advanceTimersByTimeAsync(3 * LEASE_MS);
    expect(await taken('acc_one'), 'it is renewed').toBe(1);
    await place?.release();
    expect(await taken('acc_one')).toBe(0);
    expect(new Set(writes)).toEqual(new Set(['take', 'renew', 'release']));
    expect(writes.filter((name) => name !== 'renew')).toEqual(['take', 'release']);
  });

  it('stops work that began at the same time and is too much', async () => {
    const { ports, taken } = world();
    const places = await Promise.all(Array.from({ length: 10 }, () => takePlace('acc_one', WORKERS, ports)));
    expect(places.every((place) => place !== null)).toBe(true);
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    expect(places.filter((place) => place?.over.aborted)).toHaveLength(6);
    expect(await taken('acc_one')).toBe(4);
  });

  it('takes a place before the work begins when half is used, so that less work is started and stopped', async () => {
    const { ports, writes } = world();
    for (let n = 0; n < 2; n += 1) {
      await takePlace('acc_one', WORKERS, ports);
      await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    }
    const before = writes.length;
    const places = await Promise.all(Array.from({ length: 5 }, () => takePlace('acc_one', WORKERS, ports)));
    expect(places.filter((place) => place !== null)).toHaveLength(2);
    expect(writes.slice(before)).toEqual(['take', 'take', 'take', 'take', 'take']);
    expect(await takePlace('acc_one', WORKERS, ports)).toBeNull();
    expect(writes.slice(before), 'a full share costs a read').toHaveLength(5);
  });

  it('is free again for later work, separately for each account', async () => {
    const { ports } = world();
    const one: Share = { kind: 'bulks', most: 1 };
    const place = await takePlace('acc_one', one, ports);
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    expect(await takePlace('acc_one', one, ports)).toBeNull();
    expect(await takePlace('acc_two', one, ports)).not.toBeNull();
    expect(await takePlace('acc_one', { kind: 'workers', most: 1 }, ports)).not.toBeNull();
    await place?.release();
    expect(await takePlace('acc_one', one, ports)).not.toBeNull();
  });

  it('of a worker that died is free when its lease is over', async () => {
    const { ports } = world();
    const one: Share = { kind: 'waits', most: 1 };
    await takePlace('acc_one', one, { ...ports, slots: { ...ports.slots, renew: async () => false } });
    expect(await takePlace('acc_one', one, ports)).toBeNull();
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(await takePlace('acc_one', one, ports)).not.toBeNull();
  });

  it('counts a waiting request from its start', async () => {
    const { ports, taken } = world();
    const places = await Promise.all(
      Array.from({ length: 8 }, () => takePlace('acc_one', { kind: 'waits', most: 2 }, ports)),
    );
    expect(places.filter((place) => place !== null)).toHaveLength(2);
    expect(await taken('acc_one', 'waits')).toBe(2);
  });

  it('is released by its lease when the store does not answer', async () => {
    const { ports, taken } = world();
    const release = () => Promise.reject(new Error('down'));
    const slots = { ...ports.slots, release };
    const place = await takePlace('acc_one', { kind: 'waits', most: 2 }, { ...ports, slots });
    await expect(place?.release()).resolves.toBeUndefined();
    expect(await taken('acc_one', 'waits')).toBe(1);
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(await taken('acc_one', 'waits')).toBe(0);
  });

  it('stops nothing when the store does not answer', async () => {
    const { ports, writes } = world();
    const take = () => Promise.reject(new Error('down'));
    const place = await takePlace('acc_one', WORKERS, { ...ports, slots: { ...ports.slots, take } });
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(place?.over.aborted).toBe(false);
    await place?.release();
    expect(writes, 'there is no place to renew or to give back').toEqual([]);
  });
});
