import { describe, expect, it } from 'vitest';
import {
  failureGroupId,
  type GroupKey,
  groupIdOf,
  groupKeyOf,
} from '../../../functions/domain/failure-group/group-id.ts';

const KEY: GroupKey = { account_id: 'acc_one', code: 'provider_timeout', host: 'imap.example.com:993' };

describe('the id of a failure group', () => {
  it.each<GroupKey>([
    KEY,
    { ...KEY, host: null },
    { ...KEY, host: '[2001:db8::1]:993' },
    { ...KEY, host: 'post.exämple/odd#name:143' },
    { ...KEY, account_id: `acc_${'x'.repeat(64)}`, host: `${'h'.repeat(253)}:65535` },
  ])('contains account, code and server: %j', (key) => {
    const id = groupIdOf(key);
    expect(failureGroupId.safeParse(id).success).toBe(true);
    expect(groupKeyOf(id)).toEqual(key);
  });

  it('differs by account, code and server', () => {
    const ids = [
      KEY,
      { ...KEY, account_id: 'acc_two' },
      { ...KEY, code: 'dns_temporary' as const },
      { ...KEY, host: null },
    ];
    expect(new Set(ids.map(groupIdOf)).size).toBe(ids.length);
  });

  it.each([
    '',
    'fgr_',
    'fgr_01jgx00000000000000000000',
    'job_01jgx00000000000000000000',
    `${groupIdOf(KEY)}=`,
    `fgr_${btoa('acc_one/provider_timeout')}`,
    `fgr_${btoa('acc_one/no_such_code/host:1').replaceAll('=', '')}`,
    `fgr_${btoa('nobody/provider_timeout/host:1').replaceAll('=', '')}`,
    `fgr_${'a'.repeat(900)}`,
  ])('is not %j', (text) => {
    expect(groupKeyOf(text)).toBeNull();
  });

  it('has one spelling: the unused bits at its end are zero', () => {
    const id = groupIdOf({ ...KEY, host: 'a:1' });
    const last = id.at(-1) ?? '';
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (one) => one !== last,
    );
    const same = others.filter((one) => groupKeyOf(`${id.slice(0, -1)}${one}`)?.host === 'a:1');
    expect(same).toEqual([]);
  });
});
