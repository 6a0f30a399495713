import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKms } from '../../../local/engines/kms.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { CREDENTIALS, GATE } from '../../fixtures/engine-credentials.ts';
import { KEY_ARN } from '../../fixtures/kms.ts';

let folder: string;
let server: Listening;
let kms: KMSClient;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kms-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  server = await startKms(join(folder, 'key'), KEY_ARN, GATE);
  kms = new KMSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
}

async function close(): Promise<void> {
  kms.destroy();
  await server.stop();
}

const generate = (EncryptionContext: Record<string, string>, KeyId = KEY_ARN) =>
  kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));

describe('the local KMS', () => {
  it('opens a data key with its own context, also after a restart', async () => {
    const { CiphertextBlob, Plaintext } = await generate({ account: 'a', purpose: 'p' });
    await close();
    await open();
    // The order of the entries of a context does not matter.
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { purpose: 'p', account: 'a' } }),
    );
    expect(opened.Plaintext).toEqual(Plaintext);
    expect(Plaintext).toHaveLength(32);
  });

  it('opens nothing with another context, and no altered ciphertext', async () => {
    const { CiphertextBlob } = await generate({ account: 'a' });
    const decrypt = (blob: Uint8Array | undefined, account: string) =>
      kms.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: { account } }));
    await expect(decrypt(CiphertextBlob, 'b')).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    const altered = Uint8Array.from(CiphertextBlob ?? [], (byte, at) => (at === 40 ? byte ^ 1 : byte));
    await expect(decrypt(altered, 'a')).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt(Uint8Array.of(1), 'a')).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('has only one key', async () => {
    await expect(generate({}, 'arn:another')).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('refuses an invalid request, and continues', async () => {
    const ours = { 'x-amz-security-token': CREDENTIALS.sessionToken };
    for (const body of ['', 'junk', '{}', '{"KeyId": 1}']) {
      const headers = { ...ours, 'x-amz-target': 'TrentService.GenerateDataKey' };
      expect((await fetch(server.url, { method: 'POST', body, headers })).status).toBe(400);
    }
    expect((await fetch(server.url, { method: 'POST', body: '{}', headers: ours })).status).toBe(400);
    expect((await generate({})).KeyId).toBe(KEY_ARN);
  });

  it('keeps its key in a file that only its owner can read', () => {
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
  });

  it('reports a file that contains no key', async () => {
    writeFileSync(join(folder, 'short'), 'short');
    await expect(startKms(join(folder, 'short'), KEY_ARN, GATE)).rejects.toThrow(/is no key/);
  });
});
