import { DecryptCommand, GenerateDataKeyCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kmsVault } from '../../../functions/adapters/kms/vault.ts';
import { type Vault, VaultError } from '../../../functions/ports/vault.ts';
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

describe('the vault', () => {
  it('opens its own boxes, under the same context in any order', async () => {
    const box = await vault.seal(plain, context);
    const { account, credential, purpose } = context;
    expect(Buffer.from(await vault.open(box, { purpose, credential, account }))).toEqual(plain);
    expect(JSON.stringify(box)).not.toContain(plain.toString('base64'));
  });

  it('seals the same value differently each time', async () => {
    const [one, other] = await Promise.all([vault.seal(plain, context), vault.seal(plain, context)]);
    expect(one.ct).not.toBe(other.ct);
    expect(one.edk).not.toBe(other.edk);
  });

  it.each(['account', 'credential', 'purpose'])('does not open under another %s', async (field) => {
    const box = await vault.seal(plain, context);
    await expect(vault.open(box, { ...context, [field]: 'another' })).rejects.toThrow(VaultError);
  });

  it.each(['ct', 'iv', 'tag', 'edk'] as const)('does not open with one bit of its %s changed', async (field) => {
    const box = await vault.seal(plain, context);
    const bytes = Buffer.from(box[field], 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    const error = await vault
      .open({ ...box, [field]: bytes.toString('base64') }, context)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(VaultError);
    expect(String(error)).not.toContain('password');
  });

  it('returns every value byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.dictionary(fc.string(), fc.string()),
        async (value, use) => {
          expect(Buffer.from(await vault.open(await vault.seal(value, use), use))).toEqual(Buffer.from(value));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not open a box with a shortened tag', async () => {
    const box = await vault.seal(plain, context);
    const short = Buffer.from(box.tag, 'base64').subarray(0, 12).toString('base64');
    await expect(vault.open({ ...box, tag: short }, context)).rejects.toThrow(VaultError);
  });
});

describe('a box with bound values', () => {
  const bound = { host: 'imap.example.com', port: '993' };

  it('opens with the same values, in any order', async () => {
    const box = await vault.seal(plain, context, bound);
    expect(box.v).toBe(2);
    const { host, port } = bound;
    expect(Buffer.from(await vault.open(box, context, { port, host }))).toEqual(plain);
  });

  it.each([
    ['another value', { ...bound, host: 'evil.example.com' }],
    ['one more', { ...bound, user: 'x' }],
    ['one less', { host: bound.host }],
    ['none', {}],
    ['nothing said of it', undefined],
    ['values that change places', { host: bound.port, port: bound.host }],
  ])('does not open with %s', async (_, other) => {
    const box = await vault.seal(plain, context, bound);
    await expect(vault.open(box, context, other)).rejects.toThrow(VaultError);
    await expect(vault.reseal(box, context, async (value) => value, other)).rejects.toThrow(VaultError);
  });

  it('does not open under the other version number', async () => {
    const box = await vault.seal(plain, context, bound);
    const old = await vault.seal(plain, context);
    for (const given of [bound, {}, undefined]) {
      await expect(vault.open({ ...box, v: 1 }, context, given)).rejects.toThrow(VaultError);
      await expect(vault.open({ ...old, v: 2 }, context, given)).rejects.toThrow(VaultError);
    }
  });

  it('sends none of them to KMS', async () => {
    const kms = new KMSClient({ region: 'us-east-1' });
    const faked = mockClient(kms);
    faked.on(GenerateDataKeyCommand).callsFake(() => ({
      Plaintext: new Uint8Array(32),
      CiphertextBlob: new Uint8Array(1),
      KeyId: KEY_ARN,
    }));
    await kmsVault(kms, KEY_ARN).seal(plain, context, bound);
    expect(faked.commandCalls(GenerateDataKeyCommand).map(({ args }) => args[0].input.EncryptionContext)).toEqual([
      context,
    ]);
    faked.restore();
  });

  it('is made from an unbound one with only the right to decrypt', async () => {
    const old = await vault.seal(plain, context);
    const box = await local.decryptOnly.reseal(old, context, async (value) => Buffer.from(value), bound);
    if (box === null) throw new Error('nothing was sealed');
    expect(box).toMatchObject({ v: 2, edk: old.edk });
    expect(Buffer.from(await vault.open(box, context, bound))).toEqual(plain);
    await expect(vault.open(box, context, { ...bound, port: '143' })).rejects.toThrow(VaultError);
  });
});

describe('a box that is sealed again', () => {
  const next = Buffer.from('another password');

  it('needs only the right to decrypt, and opens to the new value', async () => {
    const { decryptOnly } = local;
    await expect(decryptOnly.seal(plain, context)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const box = await vault.seal(plain, context);
    const again = await decryptOnly.reseal(box, context, async (value) => {
      expect(Buffer.from(value)).toEqual(plain);
      return next;
    });
    expect(again).toMatchObject({ v: 1, kid: box.kid, edk: box.edk });
    for (const each of [vault, decryptOnly]) expect(Buffer.from(await each.open(again ?? box, context))).toEqual(next);
    expect(Buffer.from(await vault.open(box, context))).toEqual(plain);
  });

  it('has a new IV each time, so that the same value never looks the same', async () => {
    let box = await vault.seal(plain, context);
    const boxes = [box];
    for (let time = 0; time < 20; time += 1) {
      const again = await local.decryptOnly.reseal(box, context, async (value) => Buffer.from(value));
      if (again === null) throw new Error('nothing was sealed');
      box = again;
      boxes.push(box);
    }
    for (const field of ['iv', 'ct', 'tag'] as const) expect(new Set(boxes.map((box) => box[field])).size).toBe(21);
  });

  it.each(['account', 'credential', 'purpose'])('stays bound to its %s', async (field) => {
    const box = await vault.seal(plain, context);
    const elsewhere = { ...context, [field]: 'another' };
    let called = false;
    const moved = local.decryptOnly.reseal(box, elsewhere, async () => {
      called = true;
      return next;
    });
    await expect(moved).rejects.toThrow(VaultError);
    expect(called).toBe(false);
    const again = await local.decryptOnly.reseal(box, context, async () => next);
    await expect(vault.open(again ?? box, elsewhere)).rejects.toThrow(VaultError);
  });

  it('is not opened for a change if it was altered', async () => {
    const box = await vault.seal(plain, context);
    const altered = { ...box, tag: Buffer.alloc(16).toString('base64') };
    await expect(vault.reseal(altered, context, async () => next)).rejects.toThrow(VaultError);
  });

  it('is null when the change returns null, and fails when the change fails', async () => {
    const box = await vault.seal(plain, context);
    expect(await vault.reseal(box, context, async () => null)).toBeNull();
    const failing = vault.reseal(box, context, async () => {
      throw new Error('refused by the provider');
    });
    await expect(failing).rejects.toThrow('refused by the provider');
  });
});

describe('the answer of KMS', () => {
  const sealedBy = async (dataKey: Uint8Array) => {
    const kms = new KMSClient({ region: 'us-east-1' });
    const mock = mockClient(kms);
    mock.on(GenerateDataKeyCommand).resolves({ KeyId: KEY_ARN, Plaintext: dataKey, CiphertextBlob: new Uint8Array(8) });
    const mocked = kmsVault(kms, KEY_ARN);
    return { mock, mocked, box: await mocked.seal(plain, context) };
  };
  const refusal = (name: string) => new KMSServiceException({ name, message: name, $fault: 'client', $metadata: {} });

  it('is wiped from memory when the call ends, whether it opened the box or not', async () => {
    const key = () => new Uint8Array(32).fill(7);
    const wiped = new Uint8Array(32);
    const [sealing, opening, failing] = [key(), key(), key()];
    const { mock, mocked, box } = await sealedBy(sealing);
    expect(sealing).toEqual(wiped);
    mock.on(DecryptCommand).resolvesOnce({ Plaintext: opening }).resolvesOnce({ Plaintext: failing });
    expect(Buffer.from(await mocked.open(box, context))).toEqual(plain);
    expect(opening).toEqual(wiped);
    await expect(mocked.open(box, { ...context, account: 'acc_two' })).rejects.toThrow(VaultError);
    expect(failing).toEqual(wiped);
  });

  it('is wiped after a box was sealed again, whether the change succeeded or failed, and so is the value', async () => {
    const wiped = new Uint8Array(32);
    const { mock, mocked, box } = await sealedBy(new Uint8Array(32).fill(7));
    const changes = [async () => Buffer.from('next'), async () => null, () => Promise.reject(new Error('no'))];
    const keys = changes.map(() => new Uint8Array(32).fill(7));
    const [made, none, failed] = keys;
    mock.on(DecryptCommand).resolvesOnce({ Plaintext: made }).resolvesOnce({ Plaintext: none }).resolvesOnce({
      Plaintext: failed,
    });
    const values: Uint8Array[] = [];
    for (const [at, change] of changes.entries()) {
      const resealed = mocked.reseal(box, context, (value) => {
        values.push(value);
        expect(keys[at]).not.toEqual(wiped);
        return change();
      });
      await resealed.catch((error: unknown) => expect(error).toEqual(new Error('no')));
      expect(keys[at]).toEqual(wiped);
    }
    expect(values.map((value) => Buffer.from(value))).toEqual(Array(3).fill(Buffer.alloc(plain.length)));
    expect(mock.commandCalls(DecryptCommand)).toHaveLength(3);
  });

  it('opens boxes of an earlier release', async () => {
    const { mock, mocked } = await sealedBy(new Uint8Array(32));
    mock.on(DecryptCommand).callsFake(() => ({ Plaintext: new Uint8Array(32).fill(7) }));
    const box = {
      v: 1 as const,
      kid: 'key',
      edk: 'AAAAAAAAAAA=',
      iv: 'QKVFuEVFIQG+Wxkv',
      ct: 'nOIHyQ==',
      tag: 'GTo0PcZs8OE/Fp5KIvb8Dg==',
    };
    expect(Buffer.from(await mocked.open(box, context)).toString()).toBe('hush');
    expect(mock.commandCalls(DecryptCommand)[0]?.args[0].input).toMatchObject({
      KeyId: 'key',
      CiphertextBlob: Buffer.alloc(8),
      EncryptionContext: context,
    });
  });

  it('is a key of 256 bits under the context, and the box names the key that KMS reports', async () => {
    const { mock, mocked, box } = await sealedBy(new Uint8Array(32));
    expect(mock.commandCalls(GenerateDataKeyCommand)[0]?.args[0].input).toEqual({
      KeyId: KEY_ARN,
      KeySpec: 'AES_256',
      EncryptionContext: context,
    });
    expect(box.kid).toBe(KEY_ARN);
    const answer = { Plaintext: new Uint8Array(32), CiphertextBlob: new Uint8Array(8) };
    mock.on(GenerateDataKeyCommand).resolves({ ...answer, KeyId: 'arn:of-the-alias' });
    expect((await mocked.seal(plain, context)).kid).toBe('arn:of-the-alias');
    mock.on(GenerateDataKeyCommand).resolves({ ...answer, Plaintext: new Uint8Array(32) });
    expect((await mocked.seal(plain, context)).kid).toBe(KEY_ARN);
  });

  it('leads to a VaultError when KMS returns no key', async () => {
    const { mock, mocked, box } = await sealedBy(new Uint8Array(32));
    for (const half of [{ Plaintext: new Uint8Array(32) }, { CiphertextBlob: new Uint8Array(8) }, {}]) {
      mock.on(GenerateDataKeyCommand).resolves(half);
      await expect(mocked.seal(plain, context)).rejects.toThrow(VaultError);
    }
    mock.on(DecryptCommand).resolves({});
    await expect(mocked.open(box, context)).rejects.toThrow(VaultError);
  });

  it('leads to a VaultError when the wrapped key belongs to another KMS key', async () => {
    const { mock, mocked, box } = await sealedBy(new Uint8Array(32));
    mock.on(DecryptCommand).rejects(refusal('IncorrectKeyException'));
    await expect(mocked.open(box, context)).rejects.toThrow(VaultError);
  });

  it.each(['ThrottlingException', 'KMSInternalException', 'AccessDeniedException'])(
    'is passed on unchanged: %s',
    async (name) => {
      const { mock, mocked, box } = await sealedBy(new Uint8Array(32));
      mock.on(DecryptCommand).rejects(refusal(name));
      await expect(mocked.open(box, context)).rejects.toMatchObject({ name });
    },
  );
});
