import type { IncomingMessage } from 'node:http';

/** The body of a request; null when it is larger than `most` bytes: then it is read to its end and discarded. */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size <= most) chunks.push(bytes);
  }
  return size > most ? null : Buffer.concat(chunks);
}

const MAX_TEXT_BYTES = 64 * 1024;

/** A short text body; empty when it is longer than 64 KB. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  return ((await readBody(request, MAX_TEXT_BYTES)) ?? '').toString();
}
