import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** The last sequence number a mapping is done with. */
export type Checkpoint = { read(): string | null; write(sequence: string): void; clear(): void };

/** Kept in a file that is replaced in one step: a kill leaves the old one or the new one. */
export function fileCheckpoint(path: string): Checkpoint {
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') || null : null),
    write(sequence) {
      writeFileSync(`${path}.new`, sequence);
      renameSync(`${path}.new`, path);
    },
    clear: () => rmSync(path, { force: true }),
  };
}
