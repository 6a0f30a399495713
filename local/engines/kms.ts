/**
 * The part of KMS that envelope encryption needs: GenerateDataKey and Decrypt, over a key file that only its owner can
 * read. The encryption context is bound as additional data, as in KMS: another context does not decrypt.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import type { Gate } from '../gate/gate.ts';
import { kmsNeeds } from '../gate/needs.ts';
import { type Listening, listenOnLoopback } from '../http/listen.ts';
import { keptFile } from '../kept-file.ts';
import { guardedServer } from './guard.ts';

const KEY_BYTES = 32;
const context = z.record(z.string(), z.string()).default({});
const generateInput = z.object({ KeyId: z.string(), EncryptionContext: context });
const decryptInput = z.object({ CiphertextBlob: z.base64(), EncryptionContext: context });

/**
 * Serves the one key with this ARN, for requests that the gate allows. Throws Complaint when the key file contains no
 * key.
 */
export async function startKms(keyFile: string, keyArn: string, gate: Gate): Promise<Listening> {
  const master = await keptFile(keyFile, () => randomBytes(KEY_BYTES));
  if (master.byteLength !== KEY_BYTES)
    throw new Complaint(
      `The data directory is broken (${keyFile} is no key): name another one with --data-dir, or delete it.`,
    );
  const server = guardedServer(gate, kmsNeeds(keyArn), (request, response, body) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const answer = answerTo(target, body.toString(), master, keyArn);
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  });
  return listenOnLoopback(server, 0);
}

type Answer = { readonly status: number; readonly body: object };
const refusal = (type: string): Answer => ({ status: 400, body: { __type: type, message: type } });

function answerTo(target: string, body: string, master: Buffer, keyArn: string): Answer {
  if (target === 'TrentService.GenerateDataKey') {
    const input = parsed(generateInput, body);
    if (input === null) return refusal('ValidationException');
    if (input.KeyId !== keyArn) return refusal('NotFoundException');
    const plain = randomBytes(KEY_BYTES);
    const blob = wrap(plain, master, aad(input.EncryptionContext));
    return {
      status: 200,
      body: { KeyId: keyArn, Plaintext: plain.toString('base64'), CiphertextBlob: blob.toString('base64') },
    };
  }
  if (target === 'TrentService.Decrypt') {
    const input = parsed(decryptInput, body);
    if (input === null) return refusal('ValidationException');
    const plain = unwrap(Buffer.from(input.CiphertextBlob, 'base64'), master, aad(input.EncryptionContext));
    if (plain === null) return refusal('InvalidCiphertextException');
    return { status: 200, body: { KeyId: keyArn, Plaintext: plain.toString('base64') } };
  }
  return refusal('UnsupportedOperationException');
}

function parsed<Shape extends z.ZodType>(shape: Shape, body: string): z.output<Shape> | null {
  try {
    return shape.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

function wrap(plain: Buffer, master: Buffer, additional: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', master, iv).setAAD(additional);
  const ct = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ct]);
}

function unwrap(blob: Buffer, master: Buffer, additional: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', master, blob.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(additional).setAuthTag(blob.subarray(12, 28));
    return Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]);
  } catch {
    return null;
  }
}

function aad(encryptionContext: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(encryptionContext).sort()));
}
