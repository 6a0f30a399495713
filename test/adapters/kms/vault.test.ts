import { DecryptCommand, GenerateDataKeyCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kmsVault } from '../../../functions/adapters/kms/vault.ts';
import { KeyUnavailable, type SealedBox, type Vault, VaultError } from '../../../functions/ports/vault.ts';
import { KEY_ARN, type LocalVault, startVault } from '../../fixtures/kms.ts';

let local: LocalVault;
let vault: Vault;
beforeAll(async () => {
  local = await startVault();
  vault = local.vault;
});
afterAll(() => local?.stop());

const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
const plain = Buffer.from('a password that nobody must see');
const bound = { host: 'imap.example.com', port: '993' };
const same = async (value: Uint8Array) => Buffer.from(value);

/** A box of each version, with its version. */
const kinds: readonly (readonly [string, () => Promise<SealedBox>])[] = [
  ['a new box', () => vault.seal(plain, context)],
  ['a box of version 1', () => local.sealedBefore(plain, context)],
];
const boundKinds: readonly (readonly [string, () => Promise<SealedBox>])[] = [
  ['a new box with bound values', () => vault.seal(plain, context, bound)],
  ['a box of version 2', () => local.sealedBefore(plain, context, bound)],
];

describe('the vault', () => {
  it('seals boxes of version 3, each different although the value and the shared key are the same', async () => {
    const [one, other] = await Promise.all([vault.seal(plain, context), vault.seal(plain, context)]);
    if (one.v !== 3 || other.v !== 3) throw new Error('another version');
    expect([one.edk, one.month]).toEqual([other.edk, other.month]);
    for (const field of ['salt', 'iv', 'ct', 'tag'] as const) expect(one[field]).not.toBe(other[field]);
    expect(JSON.stringify(one)).not.toContain(plain.toString('base64'));
  });

  it('returns every value byte for byte', async () => {
    const contexts = fc.dictionary(fc.string(), fc.string()).map((given) => ({ ...given, purpose: 'credential' }));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), contexts, async (value, use) => {
        expect(Buffer.from(await vault.open(await vault.seal(value, use), use))).toEqual(Buffer.from(value));
      }),
      { numRuns: 50 },
    );
  });

  it('takes a context that is longer than the 1,024 bytes which HKDF of Node allows', async () => {
    const long = { ...context, account: 'a'.repeat(2000) };
    const box = await vault.seal(plain, long);
    expect(Buffer.from(await vault.open(box, long))).toEqual(plain);
    await expect(vault.open(box, { ...long, account: `${'a'.repeat(1999)}b` })).rejects.toThrow(VaultError);
  });
});

describe.each([...kinds, ...boundKinds])('%s', (name, seal) => {
  const given = name.includes('bound') || name.includes('2') ? bound : undefined;

  it('opens under the same context in any order', async () => {
    const { account, credential, purpose } = context;
    expect(Buffer.from(await vault.open(await seal(), { purpose, credential, account }, given))).toEqual(plain);
  });

  it.each(['account', 'credential', 'purpose'])('does not open under another %s', async (field) => {
    await expect(vault.open(await seal(), { ...context, [field]: 'another' }, given)).rejects.toThrow(VaultError);
  });

  it.each(['ct', 'iv', 'tag', 'edk', 'salt', 'month'])('does not open with its %s changed', async (field) => {
    const box: Record<string, unknown> & SealedBox = await seal();
    const bytes = Buffer.from(String(box[field] ?? ''), 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const altered = { ...box, [field]: field === 'month' ? '2001-01' : bytes.toString('base64') };
    if (!(field in box)) return expect(box.v).not.toBe(3);
    const error = await vault.open(altered, context, given).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(VaultError);
    expect(String(error)).not.toContain('password');
  });

  it('does not open with a shortened tag', async () => {
    const box = await seal();
    const tag = Buffer.from(box.tag, 'base64').subarray(0, 12).toString('base64');
    await expect(vault.open({ ...box, tag }, context, given)).rejects.toThrow(VaultError);
  });
});

describe.each(boundKinds)('%s', (_, seal) => {
  it('opens with the same bound values, in any order', async () => {
    const { host, port } = bound;
    expect(Buffer.from(await vault.open(await seal(), context, { port, host }))).toEqual(plain);
  });

  it.each([
    ['another value', { ...bound, host: 'evil.example.com' }],
    ['one value more', { ...bound, user: 'x' }],
    ['one value fewer', { host: bound.host }],
    ['none', {}],
    ['no list of bound values', undefined],
    ['exchanged values', { host: bound.port, port: bound.host }],
  ])('does not open with %s', async (_name, other) => {
    const box = await seal();
    await expect(vault.open(box, context, other)).rejects.toThrow(VaultError);
    await expect(vault.openAndRenew(box, context, other)).rejects.toThrow(VaultError);
    await expect(vault.reseal(box, context, same, other)).rejects.toThrow(VaultError);
  });
});

it('a box does not open under another version number, whatever else is in it', async () => {
  const [one, two, three] = await Promise.all([
    local.sealedBefore(plain, context),
    local.sealedBefore(plain, context, bound),
    vault.seal(plain, context, bound),
  ]);
  if (three.v !== 3) throw new Error('another version');
  const { kid, edk, iv, ct, tag, month, salt } = three;
  const forged: readonly SealedBox[] = [
    { ...two, v: 1 },
    { ...one, v: 2 },
    { v: 1, kid, edk, iv, ct, tag },
    { v: 2, kid, edk, iv, ct, tag },
    { ...one, v: 3, month, salt },
    { ...two, v: 3, month, salt },
  ];
  for (const box of forged)
    for (const given of [bound, {}, undefined])
      await expect(vault.open(box, context, given), JSON.stringify(box)).rejects.toThrow(VaultError);
});

describe.each([...kinds, ...boundKinds])('%s that is sealed again', (name, seal) => {
  const given = name.includes('bound') || name.includes('2') ? bound : undefined;
  const next = Buffer.from('another password');

  it('needs only the right to decrypt, keeps its wrapped key, and opens to the new value', async () => {
    const { decryptOnly } = local;
    await expect(decryptOnly.seal(plain, context)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    const box = await seal();
    const again = await decryptOnly.reseal(
      box,
      context,
      async (value) => {
        expect(Buffer.from(value)).toEqual(plain);
        return next;
      },
      given,
    );
    expect(again).toMatchObject({ v: box.v, kid: box.kid, edk: box.edk });
    for (const each of [vault, decryptOnly])
      expect(Buffer.from(await each.open(again ?? box, context, given))).toEqual(next);
    expect(Buffer.from(await vault.open(box, context, given))).toEqual(plain);
  });

  it('has a new IV each time, so that the same value never looks the same', async () => {
    let box = await seal();
    const boxes = [box];
    for (let time = 0; time < 20; time += 1) {
      box = (await local.decryptOnly.reseal(box, context, same, given)) ?? box;
      boxes.push(box);
    }
    for (const field of ['iv', 'ct', 'tag'] as const) expect(new Set(boxes.map((each) => each[field])).size).toBe(21);
  });

  it.each(['account', 'credential', 'purpose'])('stays bound to its %s', async (field) => {
    const box = await seal();
    const elsewhere = { ...context, [field]: 'another' };
    let called = false;
    const change = async () => {
      called = true;
      return next;
    };
    await expect(local.decryptOnly.reseal(box, elsewhere, change, given)).rejects.toThrow(VaultError);
    expect(called).toBe(false);
    const again = await local.decryptOnly.reseal(box, context, async () => next, given);
    await expect(vault.open(again ?? box, elsewhere, given)).rejects.toThrow(VaultError);
  });

  it('is not opened for a change if it was altered', async () => {
    const altered = { ...(await seal()), tag: Buffer.alloc(16).toString('base64') };
    await expect(vault.reseal(altered, context, async () => next, given)).rejects.toThrow(VaultError);
  });

  it('is null when the change returns null, and fails when the change fails', async () => {
    const box = await seal();
    expect(await vault.reseal(box, context, async () => null, given)).toBeNull();
    const failing = vault.reseal(box, context, () => Promise.reject(new Error('refused by the provider')), given);
    await expect(failing).rejects.toThrow('refused by the provider');
  });
});

it('a box of version 1 becomes a bound one with only the right to decrypt', async () => {
  const old = await local.sealedBefore(plain, context);
  const { renewed } = await local.decryptOnly.openAndRenew(old, context, bound);
  const box = await local.decryptOnly.reseal(old, context, same, bound);
  for (const each of [renewed, box]) {
    if (each === null) throw new Error('nothing was sealed');
    expect(each).toMatchObject({ v: 2, edk: old.edk });
    expect(Buffer.from(await vault.open(each, context, bound))).toEqual(plain);
    await expect(vault.open(each, context, { ...bound, port: '143' })).rejects.toThrow(VaultError);
  }
});

describe('the answer of KMS', () => {
  const madeKey = () => ({ KeyId: KEY_ARN, Plaintext: new Uint8Array(32).fill(7), CiphertextBlob: new Uint8Array(8) });
  function mocked(answer: object = madeKey()) {
    const kms = new KMSClient({ region: 'us-east-1' });
    const mock = mockClient(kms);
    mock.on(GenerateDataKeyCommand).resolves(answer);
    return { mock, mocked: kmsVault(kms, KEY_ARN), another: () => kmsVault(kms, KEY_ARN) };
  }
  const refusal = (name: string) => new KMSServiceException({ name, message: name, $fault: 'client', $metadata: {} });
  const old: SealedBox = {
    ...{ v: 1, kid: 'key', edk: 'AAAAAAAAAAA=', iv: 'QKVFuEVFIQG+Wxkv', ct: 'nOIHyQ==' },
    tag: 'GTo0PcZs8OE/Fp5KIvb8Dg==',
  };
  const wiped = new Uint8Array(32);

  it('is wiped from memory when a shared key was made or unwrapped', async () => {
    const [made, unwrapped] = [madeKey(), new Uint8Array(32).fill(7)];
    const { mock, mocked: sealing, another } = mocked(made);
    const box = await sealing.seal(plain, context);
    expect(made.Plaintext).toEqual(wiped);
    mock.on(DecryptCommand).resolves({ Plaintext: unwrapped });
    expect(Buffer.from(await another().open(box, context))).toEqual(plain);
    expect(unwrapped).toEqual(wiped);
  });

  it('for a box of an earlier version is wiped when the call ends, whether it opened the box or not', async () => {
    const { mock, mocked: opening } = mocked();
    const [good, bad] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
    mock.on(DecryptCommand).resolvesOnce({ Plaintext: good }).resolvesOnce({ Plaintext: bad });
    expect(Buffer.from(await opening.open(old, context)).toString()).toBe('hush');
    await expect(opening.open(old, context)).rejects.toThrow(VaultError);
    expect([good, bad]).toEqual([wiped, wiped]);
  });

  it('is wiped after a box was sealed again, whether the change succeeded or failed, and so is the value', async () => {
    const { mock, mocked: sealing } = mocked();
    const changes = [async () => Buffer.from('next'), async () => null, () => Promise.reject(new Error('no'))];
    const keys = changes.map(() => new Uint8Array(32).fill(7));
    for (const key of keys) mock.on(DecryptCommand).resolves({ Plaintext: key });
    const values: Uint8Array[] = [];
    for (const [at, change] of changes.entries()) {
      mock.on(DecryptCommand).resolves({ Plaintext: keys[at] });
      const resealed = sealing.reseal(old, context, (value) => {
        values.push(value);
        expect(keys[at]).not.toEqual(wiped);
        return change();
      });
      await resealed.catch((error: unknown) => expect(error).toEqual(new Error('no')));
      expect(keys[at]).toEqual(wiped);
    }
    expect(values.map((value) => Buffer.from(value))).toEqual(Array(3).fill(Buffer.alloc(4)));
    expect(mock.commandCalls(DecryptCommand)).toHaveLength(3);
  });

  it('opens boxes of an earlier release only with their whole context', async () => {
    const { mock, mocked: opening } = mocked();
    mock.on(DecryptCommand).callsFake(() => ({ Plaintext: new Uint8Array(32).fill(7) }));
    expect(Buffer.from(await opening.open(old, context)).toString()).toBe('hush');
    expect(mock.commandCalls(DecryptCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key',
      CiphertextBlob: Buffer.alloc(8),
      EncryptionContext: context,
    });
  });

  it('opens boxes of version 3 as they were first defined', async () => {
    const { mock, mocked: opening } = mocked();
    mock.on(DecryptCommand).callsFake(() => ({ Plaintext: new Uint8Array(32).fill(7) }));
    const box: SealedBox = {
      ...{ v: 3, month: '2026-11', kid: 'key', edk: 'AAAAAAAAAAA=', iv: 'AgICAgICAgICAgIC', ct: 'zkFgKA==' },
      ...{ salt: 'AQEBAQEBAQEBAQEBAQEBAQ==', tag: 'V/Tp2mMdjreYVer3EqUMgQ==' },
    };
    expect(Buffer.from(await opening.open(box, context, bound)).toString()).toBe('hush');
    expect(mock.commandCalls(DecryptCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key',
      EncryptionContext: { purpose: 'credential', month: '2026-11' },
    });
  });

  it('is a key of 256 bits for a purpose and a month: KMS learns no account, no credential and no bound value', async () => {
    const { mock, mocked: sealing } = mocked();
    const box = await sealing.seal(plain, context, bound);
    const month = new Date().toISOString().slice(0, 7);
    expect(mock.commandCalls(GenerateDataKeyCommand).map(({ args }) => args[0].input)).toEqual([
      { KeyId: KEY_ARN, KeySpec: 'AES_256', EncryptionContext: { purpose: 'credential', month } },
    ]);
    expect(box).toMatchObject({ v: 3, kid: KEY_ARN, month });
  });

  it('leads to a VaultError when KMS returns no key', async () => {
    for (const half of [{ Plaintext: new Uint8Array(32) }, { CiphertextBlob: new Uint8Array(8) }, {}])
      await expect(mocked(half).mocked.seal(plain, context)).rejects.toThrow(VaultError);
    const { mock, mocked: opening } = mocked();
    mock.on(DecryptCommand).resolves({});
    await expect(opening.open(old, context)).rejects.toThrow(VaultError);
  });

  it.each(['InvalidCiphertextException', 'IncorrectKeyException', 'ValidationException'])(
    'means that the box was altered: %s',
    async (name) => {
      const { mock, mocked: sealing, another } = mocked();
      const box = await sealing.seal(plain, context);
      mock.on(DecryptCommand).rejects(refusal(name));
      for (const each of [box, old]) await expect(another().open(each, context)).rejects.toThrow(VaultError);
    },
  );

  it.each([
    'ThrottlingException',
    'KMSInternalException',
    'AccessDeniedException',
    'DisabledException',
    'TimeoutError',
  ])('means nothing about the box, so that a later try may open it: %s', async (name) => {
    const { mock, mocked: sealing, another } = mocked();
    const box = await sealing.seal(plain, context);
    const opening = another();
    mock.on(DecryptCommand).rejects(refusal(name));
    for (const each of [box, old]) {
      const failed = opening.open(each, context);
      await expect(failed).rejects.toBeInstanceOf(KeyUnavailable);
      await expect(failed).rejects.toMatchObject({ reason: name });
    }
    mock.on(DecryptCommand).callsFake(() => ({ Plaintext: new Uint8Array(32).fill(7) }));
    expect(Buffer.from(await opening.open(box, context))).toEqual(plain);
    mock.on(GenerateDataKeyCommand).rejects(refusal(name));
    await expect(another().seal(plain, context)).rejects.toMatchObject({ name: 'KeyUnavailable', reason: name });
  });
});
