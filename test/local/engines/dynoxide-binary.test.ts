import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Complaint } from '../../../local/complaint.ts';
import { findDynoxide } from '../../../local/engines/dynoxide-binary.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binary-'));
  vi.stubEnv('PATH', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['darwin', 'dynoxide'],
  ['win32', 'dynoxide.exe'],
])('without a package for the platform (%s) the program on the PATH is used', (platform, program) => {
  writeFileSync(join(folder, program), '');
  expect(findDynoxide(platform, 'riscv64')).toBe(join(folder, program));
});

test('without either, one sentence names the package of the platform and the alternative', () => {
  const find = () => findDynoxide('darwin', 'riscv64');
  expect(find).toThrow(Complaint);
  expect(find).toThrow(/@dynoxide\/darwin-riscv64 .*dynoxide program on the PATH.*AWS_ENDPOINT_URL_DYNAMODB/);
});
