import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileCheckpoint } from '../../../local/events/checkpoint.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the checkpoint of a stream mapping', () => {
  it('is read again by the next start', () => {
    fileCheckpoint(join(folder, 'a'), 'arn:one').write('42');
    expect(fileCheckpoint(join(folder, 'a'), 'arn:one').read()).toBe('42');
  });

  it('is ignored for the stream of a table that was created again', () => {
    fileCheckpoint(join(folder, 'b'), 'arn:one').write('42');
    expect(fileCheckpoint(join(folder, 'b'), 'arn:two').read()).toBeNull();
  });

  it.each(['', 'garbage', 'arn:one', 'arn:one\n', 'arn:one\nnumber'])(
    'is ignored when its file contains %j',
    (text) => {
      writeFileSync(join(folder, 'c'), text);
      expect(fileCheckpoint(join(folder, 'c'), 'arn:one').read()).toBeNull();
    },
  );
});
