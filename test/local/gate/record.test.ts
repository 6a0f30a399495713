import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Permission } from '../../../local/gate/policy.ts';
import { readPermissions, recordPermissions } from '../../../local/gate/record.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'permissions-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
});

const permission = (action: string, resource = 'arn:table/Views'): Permission => ({
  action,
  resource,
  condition: null,
});

it('a permission of one stack that another stack uses is not unused', () => {
  const [first, second] = [recordPermissions(folder), recordPermissions(folder)];
  for (const action of ['a:Get', 'a:Put']) first.onHeld('Read', permission(action));
  second.onUsed('Read', permission('a:Get'));
  second.onUsed('Command', permission('a:Put'));
  expect(readPermissions(folder)).toEqual({ denied: [], unused: ['Read a:Put arn:table/Views'] });
});

it('each value of a condition is a separate permission', () => {
  const record = recordPermissions(folder);
  for (const value of ['key', 'run#*'])
    record.onHeld('Read', { ...permission('a:Get'), condition: { key: 'LeadingKeys', value } });
  record.onUsed('Read', { ...permission('a:Get'), condition: { key: 'LeadingKeys', value: 'key' } });
  expect(readPermissions(folder).unused).toEqual(['Read a:Get arn:table/Views [LeadingKeys run#*]']);
});

it('a stream counts as the same in every stack, whenever it was created', () => {
  recordPermissions(folder).onHeld('Bulk', permission('a:Get', 'arn:table/Events/stream/2026-01'));
  recordPermissions(folder).onUsed('Bulk', permission('a:Get', 'arn:table/Events/stream/2026-02'));
  expect(readPermissions(folder).unused).toEqual([]);
});

it('a denial is recorded, and written to the standard error', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const denial = { function: 'Read', action: 'a:Put', resource: 'arn:table/Views' };
  recordPermissions(folder).onDenied(denial);
  expect(readPermissions(folder).denied).toEqual(['Read a:Put arn:table/Views']);
  expect(said).toHaveBeenCalledWith(JSON.stringify({ level: 'ERROR', message: 'denied', ...denial }));
});
