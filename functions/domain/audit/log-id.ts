import { decodeBase32, encodeBase32 } from '../ids/base32.ts';

const PREFIX = 'log_';

/**
 * The log id of an event: its time (48 bits, ms), the end of its stream's id (56 random bits) and its version (24
 * bits). An entry can be found by its id without an index, because the audit is sorted by time.
 */
export function logIdOf(event: { readonly stream_id: string; readonly version: number; readonly at: string }): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const at = Date.parse(event.at);
  view.setUint16(0, Math.floor(at / 2 ** 32));
  view.setUint32(2, at % 2 ** 32);
  const stream = decodeBase32(event.stream_id.slice(event.stream_id.indexOf('_') + 1));
  if (stream !== null) bytes.set(stream.subarray(9), 6);
  view.setUint8(13, (event.version >> 16) & 255);
  view.setUint16(14, event.version & 65_535);
  return `${PREFIX}${encodeBase32(bytes)}`;
}

/** The time of the event that a log id names, in ms since the epoch; 0 if the text is not a log id. */
export function timeOfLogId(id: string): number {
  const bytes = decodeBase32(id.slice(PREFIX.length));
  if (bytes === null) return 0;
  const view = new DataView(bytes.buffer);
  return view.getUint16(0) * 2 ** 32 + view.getUint32(2);
}
