/** Keys that boxes share: when they are made, who uses which, and what KMS is asked for. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KeyRows } from '../../../functions/adapters/kms/shared-keys.ts';
import { type SealedBox, VaultError } from '../../../functions/ports/vault.ts';
import { KEY_ARN, type LocalVault, memoryRows, startVault } from '../../fixtures/kms.ts';

let local: LocalVault;
beforeAll(async () => {
  local = await startVault();
});
afterAll(() => local?.stop());

const KEEP_MS = 300_000;
const DAY = 24 * 3_600_000;
const NOVEMBER = Date.parse('2026-11-10T12:00:00Z');
const DECEMBER = Date.parse('2026-12-10T12:00:00Z');
const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
const of = (n: number) => ({ ...context, credential: `pc_${n}` });
const plain = Buffer.from('hush');
const bound = { host: 'imap.example.com' };
const same = async (value: Uint8Array) => Buffer.from(value);

/** Processes that share the same rows and the same clock, unless they have a clock of their own. */
function deployment(at = NOVEMBER) {
  const clock = { ms: at };
  const { rows, keyRows } = memoryRows();
  const process = (now = () => clock.ms, decryptOnly = false) => local.process(keyRows, now, decryptOnly);
  const worker = () => process(undefined, true);
  return { clock, rows, keyRows, process, worker };
}
const monthOf = (box: SealedBox | null) => (box?.v === 3 ? box.month : null);

describe('the requests to KMS', () => {
  it('for a thousand boxes of as many credentials are one to make the key, and one in each process that opens them', async () => {
    const { process, worker } = deployment();
    const [owner, opening] = [process(), worker()];
    const boxes = await Promise.all(Array.from({ length: 1000 }, (_, n) => owner.vault.seal(plain, of(n), bound)));
    expect(owner.asked).toEqual(['GenerateDataKey']);
    const opened = await Promise.all(boxes.map((box, n) => opening.vault.open(box, of(n), bound)));
    expect(opened.every((value) => plain.equals(value))).toBe(true);
    expect(opening.asked).toEqual(['Decrypt']);
  });

  it('for boxes of an earlier release are one for each opened box', async () => {
    const { worker } = deployment();
    const opening = worker();
    for (let n = 0; n < 5; n += 1) {
      const box = await local.sealedBefore(plain, of(n), bound);
      for (let time = 0; time < 2; time += 1) await opening.vault.open(box, of(n), bound);
    }
    expect(opening.asked).toEqual(Array(10).fill('Decrypt'));
  });

  it('for a thousand token refreshes are one in each process', async () => {
    const { clock, process, worker } = deployment();
    const owner = process();
    const boxes = await Promise.all(Array.from({ length: 1000 }, (_, n) => owner.vault.seal(plain, of(n), bound)));
    clock.ms += DAY;
    const refreshing = worker();
    for (const [n, box] of boxes.entries()) {
      const again = await refreshing.vault.reseal(box, of(n), same, bound);
      expect(plain.equals(await refreshing.vault.open(again ?? box, of(n), bound))).toBe(true);
    }
    expect(refreshing.asked).toEqual(['Decrypt']);
  });

  it('are repeated after five minutes, for sealing and for opening', async () => {
    const { clock, process } = deployment();
    const one = process();
    const box = await one.vault.seal(plain, context);
    clock.ms += KEEP_MS - 1;
    await one.vault.open(box, context);
    await one.vault.seal(plain, context);
    expect(one.asked).toEqual(['GenerateDataKey']);
    clock.ms += 1;
    await one.vault.open(box, context);
    await one.vault.seal(plain, context);
    expect(one.asked).toEqual(['GenerateDataKey', 'Decrypt']);
    // A key that was unwrapped for opening is not used longer because it is then used for sealing.
    clock.ms += KEEP_MS;
    await one.vault.seal(plain, context);
    expect(one.asked).toHaveLength(3);
  });

  it('stay few with 64 keys, and the oldest of more keys is unwrapped again', async () => {
    const boxes: SealedBox[] = [];
    for (let n = 0; n < 65; n += 1) boxes.push(await deployment().process().vault.seal(plain, context));
    const { vault, asked } = deployment().worker();
    for (const box of boxes.slice(0, 64)) await vault.open(box, context);
    for (const box of boxes.slice(0, 64)) await vault.open(box, context);
    expect(asked).toHaveLength(64);
    for (const box of [boxes[64], boxes[63], boxes[64]]) if (box !== undefined) await vault.open(box, context);
    expect(asked).toHaveLength(65);
    for (const box of boxes.slice(0, 1)) await vault.open(box, context);
    expect(asked).toHaveLength(66);
  });

  it('that failed are repeated by the next call', async () => {
    const { keyRows } = memoryRows();
    const read = vi.fn(keyRows.read).mockRejectedValueOnce(new Error('throttled'));
    const { vault, asked } = local.process({ ...keyRows, read });
    await expect(vault.seal(plain, context)).rejects.toThrow('throttled');
    const box = await vault.seal(plain, context);
    expect([monthOf(box), asked]).toEqual([new Date().toISOString().slice(0, 7), ['GenerateDataKey']]);
  });
});

describe('a shared key', () => {
  it('is one per purpose: the key of another purpose does not open a box, not even with that wrapped key in it', async () => {
    const { process, rows } = deployment();
    const { vault } = process();
    const [credential, webhook] = [
      await vault.seal(plain, context),
      await vault.seal(plain, { ...context, purpose: 'webhook' }),
    ];
    expect([...rows.keys()]).toEqual(['credential', 'webhook']);
    expect(credential.edk).not.toBe(webhook.edk);
    await expect(vault.open({ ...credential, edk: webhook.edk }, context)).rejects.toThrow(VaultError);
    await expect(vault.open(webhook, context)).rejects.toThrow(VaultError);
  });

  it('opens no copied box of another account or credential', async () => {
    const { process } = deployment();
    const { vault } = process();
    const box = await vault.seal(plain, context, bound);
    for (const other of [{ account: 'acc_two' }, { credential: 'pc_two' }])
      await expect(vault.open(box, { ...context, ...other }, bound)).rejects.toThrow(VaultError);
  });

  it('is the same for processes that seal at the same moment', async () => {
    const { process, rows } = deployment();
    const processes = Array.from({ length: 5 }, () => process());
    const boxes = await Promise.all(processes.map(({ vault }) => vault.seal(plain, context)));
    expect(new Set(boxes.map(({ edk }) => edk))).toEqual(new Set([rows.get('credential')?.edk]));
    const asked = processes.map((each) => each.asked.join(' ')).sort();
    expect(asked.filter((each) => each === 'GenerateDataKey')).toHaveLength(1);
  });

  it('that is lost loses nothing: its boxes open, and the next box gets a new one', async () => {
    const { process, rows } = deployment();
    const box = await process().vault.seal(plain, context);
    rows.clear();
    const after = process();
    expect(plain.equals(await after.vault.open(box, context))).toBe(true);
    const next = await after.vault.seal(plain, context);
    expect(next.edk).not.toBe(box.edk);
    expect(rows.get('credential')?.edk).toBe(next.edk);
  });

  it.each([
    ['has another wrapped key', { edk: Buffer.alloc(60, 3).toString('base64') }],
    ['names another month than the one that it was made in', { month: '2026-11', was: true }],
    ['was wrapped by another KMS key', { kid: `${KEY_ARN}-lost` }],
  ])('whose row %s is replaced', async (_, change) => {
    const { clock, process, rows } = deployment('was' in change ? DECEMBER : NOVEMBER);
    const box = await process().vault.seal(plain, context);
    const row = rows.get('credential');
    if (row === undefined) throw new Error('no row');
    clock.ms = NOVEMBER;
    rows.set('credential', { ...row, ...change });
    const next = await process().vault.seal(plain, context);
    expect(next.edk).not.toBe(box.edk);
    expect(rows.get('credential')).toMatchObject({ edk: next.edk, kid: KEY_ARN });
    expect(plain.equals(await process().vault.open(next, context))).toBe(true);
  });

  it('whose row cannot be replaced, because others replace it at the same moment, still seals', async () => {
    const rows: KeyRows = { read: async () => ({ key: null, edk: 'another' }), replace: async () => false };
    const { vault, asked } = local.process(rows);
    const boxes = [await vault.seal(plain, context), await vault.seal(plain, context)];
    for (const box of boxes) expect(plain.equals(await vault.open(box, context))).toBe(true);
    expect(asked).toEqual(['GenerateDataKey']);
  });
});

describe('a new month', () => {
  it('has a new key, made by the first process that seals; boxes of the month before still open', async () => {
    const { clock, process, rows } = deployment();
    const one = process();
    const november = await one.vault.seal(plain, context);
    clock.ms = DECEMBER;
    const december = await one.vault.seal(plain, context);
    expect([november, december, await process().vault.seal(plain, context)].map(monthOf)).toEqual([
      '2026-11',
      '2026-12',
      '2026-12',
    ]);
    expect(rows.get('credential')).toMatchObject({ month: '2026-12', edk: december.edk, madeAt: DECEMBER });
    for (const box of [november, december]) expect(plain.equals(await process().vault.open(box, context))).toBe(true);
  });

  it('begins at once, also within the five minutes of a cached key', async () => {
    const { clock, process } = deployment(Date.parse('2026-11-30T23:59:00Z'));
    const { vault } = process();
    const months = [monthOf(await vault.seal(plain, context))];
    clock.ms += 60_000;
    months.push(monthOf(await vault.seal(plain, context)));
    expect(months).toEqual(['2026-11', '2026-12']);
  });

  it('that a faster clock has begun is used by slower clocks too, so that the keys do not alternate', async () => {
    const { clock, process, rows } = deployment(Date.parse('2026-11-30T23:59:00Z'));
    const [slow, fast] = [process(), process(() => clock.ms + 120_000)];
    expect(monthOf(await slow.vault.seal(plain, context))).toBe('2026-11');
    expect(monthOf(await fast.vault.seal(plain, context))).toBe('2026-12');
    clock.ms += 30_000;
    const { edk } = rows.get('credential') ?? {};
    expect((await process().vault.seal(plain, context)).edk).toBe(edk);
    expect((await process(() => clock.ms + 120_000).vault.seal(plain, context)).edk).toBe(edk);
  });

  it('of a clock that is far ahead does not stop later months', async () => {
    const { process, rows } = deployment();
    expect(monthOf(await process(() => Date.parse('2099-01-01T00:00:00Z')).vault.seal(plain, context))).toBe('2099-01');
    expect(monthOf(await process().vault.seal(plain, context))).toBe('2026-11');
    expect(rows.get('credential')?.month).toBe('2026-11');
  });
});

describe('a process that may only decrypt', () => {
  const boxes: readonly (readonly [string, () => Promise<SealedBox>])[] = [
    ['version 1', () => local.sealedBefore(plain, context)],
    ['version 2', () => local.sealedBefore(plain, context, bound)],
  ];

  it.each(boxes)('renews a box of %s with the newest key, from when that key is a day old', async (_, sealed) => {
    const { clock, process, worker, rows } = deployment();
    const old = await sealed();
    await process().vault.seal(plain, context);
    clock.ms += DAY - 1;
    const early = await worker().vault.openAndRenew(old, context, bound);
    const earlier = await worker().vault.reseal(old, context, same, bound);
    expect([early.renewed?.v ?? old.v, earlier?.v]).toEqual([2, 2]);
    clock.ms += 1;
    const { vault, asked } = worker();
    const { plain: value, renewed } = await vault.openAndRenew(old, context, bound);
    const resealed = await vault.reseal(old, context, same, bound);
    for (const box of [renewed, resealed]) {
      if (box === null) throw new Error('nothing was sealed');
      expect(box).toMatchObject({ v: 3, edk: rows.get('credential')?.edk });
      expect(plain.equals(await worker().vault.open(box, context, bound))).toBe(true);
      await expect(worker().vault.open(box, context, { host: 'evil.example.com' })).rejects.toThrow(VaultError);
    }
    expect(plain.equals(value)).toBe(true);
    expect(new Set(asked)).toEqual(new Set(['Decrypt']));
  });

  it.each(boxes)('keeps the data key of a box of %s while there is no shared key', async (_, sealed) => {
    const old = await sealed();
    const { vault, asked } = deployment().worker();
    const [{ renewed }, resealed] = [
      await vault.openAndRenew(old, context, bound),
      await vault.reseal(old, context, same, bound),
    ];
    expect(renewed?.edk ?? old.edk).toBe(old.edk);
    expect(resealed).toMatchObject({ v: 2, edk: old.edk });
    expect(new Set(asked)).toEqual(new Set(['Decrypt']));
  });

  it('moves a box to the key of a later month, when that key is a day old, and never back', async () => {
    const { clock, process, worker, rows } = deployment();
    const november = await process().vault.seal(plain, context);
    const before = rows.get('credential');
    clock.ms = DECEMBER;
    await process().vault.seal(plain, of(2));
    const both = async (box: SealedBox) => {
      const { vault, asked } = worker();
      const months = [(await vault.openAndRenew(box, context)).renewed, await vault.reseal(box, context, same)];
      return [...months.map(monthOf), asked.length];
    };
    expect(await both(november)).toEqual([null, '2026-11', 1]);
    clock.ms += DAY;
    expect(await both(november)).toEqual(['2026-12', '2026-12', 2]);
    const december = await worker().vault.reseal(november, context, same);
    if (december === null || before === undefined) throw new Error('nothing was sealed');
    expect(plain.equals(await worker().vault.open(december, context))).toBe(true);
    expect(await both(december)).toEqual([null, '2026-12', 1]);
    // As after a row of a slower clock.
    rows.set('credential', before);
    expect(await both(december)).toEqual([null, '2026-12', 1]);
  });

  it('reads the row of the newest key once in five minutes', async () => {
    const { clock, process, keyRows } = deployment();
    const box = await process().vault.seal(plain, context);
    const read = vi.fn(keyRows.read);
    const { vault } = local.process({ ...keyRows, read }, () => clock.ms, true);
    for (const ms of [0, KEEP_MS - 1, 1]) {
      clock.ms += ms;
      for (let time = 0; time < 3; time += 1) await vault.openAndRenew(box, context);
    }
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('keeps the key of a box while the row of a newer one is damaged, or was wrapped by another KMS key', async () => {
    const { clock, process, worker, rows } = deployment();
    const box = await process().vault.seal(plain, context);
    clock.ms = DECEMBER;
    await process().vault.seal(plain, of(2));
    const row = rows.get('credential');
    if (row === undefined) throw new Error('no row');
    clock.ms += DAY;
    for (const change of [{ edk: Buffer.alloc(60, 3).toString('base64') }, { kid: 'another' }, { month: '2027-01' }]) {
      rows.set('credential', { ...row, ...change });
      expect(await worker().vault.reseal(box, context, same)).toMatchObject({ v: 3, edk: box.edk });
      expect((await worker().vault.openAndRenew(box, context)).renewed).toBeNull();
    }
  });

  it('reads all keys before it makes a change that cannot be repeated', async () => {
    const { clock, process, keyRows } = deployment();
    const box = await process().vault.seal(plain, context);
    clock.ms += DAY;
    const read = () => Promise.reject(new Error('throttled'));
    const { vault } = local.process({ ...keyRows, read }, () => clock.ms, true);
    const change = vi.fn(same);
    await expect(vault.reseal(box, context, change)).rejects.toThrow('throttled');
    expect(change).not.toHaveBeenCalled();
  });
});
