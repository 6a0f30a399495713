import { describe, expect, it } from 'vitest';
import { FAILURE_CODES } from '../../../functions/domain/failure/catalogue.ts';
import {
  failureGroupId,
  type GroupKey,
  groupIdOf,
  groupKeyOf,
  storedServer,
} from '../../../functions/domain/failure-group/group-id.ts';
import { groupCounterRow } from '../../../functions/domain/views/counters.ts';

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

  it.each(['ü', '漢', '😀'])('stands for a server with the longest name in %s that an attempt stores', (character) => {
    const longest = FAILURE_CODES.toSorted((one, other) => other.length - one.length)[0] ?? KEY.code;
    const host = storedServer(`${character.repeat(253)}:65535`);
    expect(new TextEncoder().encode(host).length).toBeLessThanOrEqual(300);
    expect(host).toMatch(new RegExp(`^${character}+$`, 'u'));
    const key = { account_id: `acc_${'x'.repeat(64)}`, code: longest, host };
    expect(groupKeyOf(groupIdOf(key))).toEqual(key);
    expect(groupCounterRow(groupIdOf(key)).length, 'a sort key').toBeLessThanOrEqual(1_024);
  });

  it('keeps the name of a server that is no longer than 300 bytes', () => {
    for (const name of ['imap.example.com:993', `${'h'.repeat(253)}:65535`, `${'ü'.repeat(148)}:993`])
      expect(storedServer(name)).toBe(name);
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
