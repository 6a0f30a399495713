import { existsSync, readFileSync, rmSync } from 'node:fs';
import { replaceFile } from '../kept-file.ts';

/** The last sequence number a mapping is done with. */
export type Checkpoint = { read(): string | null; write(sequence: string): void; clear(): void };

/**
 * Kept in a file that is replaced in one step: a kill leaves the old one or the new one. It names its stream: the
 * numbers of another one (the table was made again) say nothing, nor does a file that is broken.
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
