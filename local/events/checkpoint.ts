import { existsSync, readFileSync, rmSync } from 'node:fs';
import { replaceFile } from '../kept-file.ts';

/** The last sequence number that a mapping has finished. */
export type Checkpoint = { read(): string | null; write(sequence: string): void; clear(): void };

/**
 * Stored in a file that is replaced in one step: after a kill it is the old one or the new one. It names its stream. A
 * checkpoint of another stream (of a table that was created again) is ignored, and so is a broken file.
 */
export function fileCheckpoint(path: string, streamArn: string): Checkpoint {
  return {
    read() {
      const [stream, sequence = ''] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      return stream === streamArn && /^\d+$/.test(sequence) ? sequence : null;
    },
    write: (sequence) => replaceFile(path, `${streamArn}\n${sequence}`),
    clear: () => rmSync(path, { force: true }),
  };
}
