import { describe, expect, it } from 'vitest';
import { filterOf, readJobsSearch, sortOf, toggled } from '../../../console/jobs/jobs-search.ts';
import { filterValues } from '../../../console/pages/jobs/filter-values.ts';
import { listAsCurl, listAsInboxctl, listAsLink } from '../../../console/pages/jobs/list-as.ts';
import {
  choice,
  isOnly,
  many,
  one,
  onlyRead,
  parseFlat,
  stringifyFlat,
  unusedKeys,
} from '../../../console/search-parameters/flat.ts';

const search = (address: string) => readJobsSearch(parseFlat(address));

describe('flat search parameters', () => {
  it.each([
    '?status=failed&status=retrying&code=auth_failed',
    '?q=a+%26+b&host=imap.example.com%3A993',
    '?label=%E2%80%AEgpj&since=24h',
    '',
  ])('%s is the same address after reading and writing', (address) => {
    expect(stringifyFlat(search(address))).toBe(address);
  });

  it('keep the order of the values and drop repetitions', () => {
    expect(many(['b', 'a', 'b', ''])).toEqual(['b', 'a']);
    expect(many('a')).toEqual(['a']);
    expect(many(undefined)).toBeUndefined();
    expect(one(['b', 'a'])).toBe('b');
  });

  it('may have the name of a member of every object, such as `constructor`', () => {
    const parsed = parseFlat('?__proto__=x&constructor=y&constructor=z');
    expect(Object.entries(parsed)).toEqual([
      ['__proto__', ['x']],
      ['constructor', ['y', 'z']],
    ]);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  it('of a route hold nothing but what its page reads, although the router merges them with the address', () => {
    const raw = parseFlat('?status=failed&stat=failed&sort=colour');
    const merged = { ...raw, ...onlyRead(readJobsSearch)(raw) };
    expect(stringifyFlat(merged)).toBe('?status=failed');
  });

  it('that a page does not use are named', () => {
    const unused = (address: string): readonly string[] => unusedKeys(parseFlat(address), search(address));
    expect(unused('?status=failed&status=lost&q=+x+&sort=error&host=')).toEqual([]);
    expect(unused('?stat=failed&sort=colour&stalled=true&stalled=false')).toEqual(['stat', 'sort', 'stalled']);
  });

  it('that only change the look of a page are one of the known choices, or none', () => {
    expect(choice(['newest', 'x'], ['oldest', 'newest'])).toBe('newest');
    expect(choice(['x'], ['oldest', 'newest'])).toBeUndefined();
    expect([isOnly(null, null), isOnly(['a'], 'a'), isOnly(['a', 'b'], 'a'), isOnly(['a'], null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('hold texts only: other values are left out of the address', () => {
    expect(stringifyFlat({ a: 'x', b: 3, c: { d: 'e' }, f: undefined, g: ['y', 4] })).toBe('?a=x&g=y');
  });
});

describe('the values that a field of the filter offers', () => {
  const known = {
    failures: [
      { code: 'auth_failed', category: 'authentication', title: 'The password was refused' },
      { code: 'oauth_token_expired', category: 'authentication', title: 'The token is too old' },
    ] as const,
    mailboxes: [
      { id: 'pc_1', label: 'Sales\u202Egpj', username_masked: null, host: 'imap.example.com' },
      { id: 'pc_2', label: null, username_masked: 'j…e', host: null },
    ],
  };

  it('come from the catalogue and the mailboxes, each once, and with visible characters', () => {
    expect(filterValues('code', known)[0]).toEqual({ value: 'auth_failed', label: 'The password was refused' });
    expect(filterValues('category', known)).toEqual([{ value: 'authentication', label: null }]);
    expect(filterValues('host', known)).toEqual([{ value: 'imap.example.com', label: null }]);
    expect(filterValues('credential', known).map(({ label }) => label)).toEqual([
      'Sales[U+202E]gpj · imap.example.com',
      'j…e',
    ]);
    expect(filterValues('label', known)).toEqual([]);
  });
});

describe('the list of jobs', () => {
  const read = search('?status=failed&status=retrying&label=a,b&waiting=account_paused&since=24h&sort=error');

  it('as a link has the same search', () => {
    expect(listAsLink('https://c.example', 'acc_1', read)).toBe(
      'https://c.example/a/acc_1/jobs?status=failed&status=retrying&label=a%2Cb&waiting=account_paused&since=24h&sort=error',
    );
  });

  it('as a call of curl has the same filter and order, and no token', () => {
    const body = `{"filter":{"status":["failed","retrying"],"label":["a,b"],"waiting_on":["account_paused"],"created_at":{"gte":"-24h"}},"sort":"-last_error_at"}`;
    expect(listAsCurl('https://c.example', "acc_'1", read)).toBe(
      `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '${body}' 'https://c.example/api/accounts/acc_'1/jobs/search'`.replace(
        "acc_'1",
        "acc_'\\''1",
      ),
    );
  });

  it('as a call of inboxctl has the same filter and order', () => {
    expect(listAsInboxctl('acc_1', read)).toBe(
      "inboxctl jobs list --status 'failed' --status 'retrying' --label 'a,b' --waiting-on 'account_paused' --since '24h' --sort=-last_error_at --account 'acc_1'",
    );
    expect(listAsInboxctl('acc_1', search('?q=it%27s&stalled=true'))).toBe(
      "inboxctl jobs list -q 'it'\\''s' --stalled --account 'acc_1'",
    );
  });
});

describe('the search of the jobs page', () => {
  it('is the filter of the API, field by field', () => {
    const address =
      '?status=failed&code=auth_failed&category=auth&action=imap_sync_messages&host=imap.x.com&credential=pc_1&task=tsk_1&label=vip&waiting=account_paused&bulk=blk_1&q=refused&since=24h&until=2026-11-29T12:00:00.000Z&stalled=true';
    expect(filterOf(search(address))).toEqual({
      status: ['failed'],
      last_error_code: ['auth_failed'],
      last_error_category: ['auth'],
      action: ['imap_sync_messages'],
      host: ['imap.x.com'],
      credential_id: ['pc_1'],
      task_id: ['tsk_1'],
      label: ['vip'],
      waiting_on: ['account_paused'],
      bulk_id: ['blk_1'],
      q: 'refused',
      stalled: true,
      created_at: { gte: '-24h', lt: '2026-11-29T12:00:00.000Z' },
    });
  });

  it('without filters means all jobs', () => {
    expect(filterOf(search(''))).toEqual({});
    expect(filterOf(search('?q=+&status=&unknown=1'))).toEqual({});
  });

  it('takes an instant as the start of the time', () => {
    expect(filterOf(search('?since=2026-11-28T00:00:00.000Z'))).toEqual({
      created_at: { gte: '2026-11-28T00:00:00.000Z' },
    });
  });

  it('passes values on that the service does not know, so that no list is wider than its address', () => {
    const filter = filterOf(search('?status=lost&status=failed&code=new_code&stalled=perhaps'));
    expect(filter).toEqual({ status: ['lost', 'failed'], last_error_code: ['new_code'], stalled: 'perhaps' });
  });

  it('is the same when it is written and read again', () => {
    const read = search('?status=failed&q=x&stalled=true&sort=error');
    expect(readJobsSearch({ ...read })).toEqual(read);
    expect(sortOf(read)).toBe('-last_error_at');
    expect(sortOf({})).toBe('-created_at');
  });

  it('gains a value when it is chosen, and loses it when it is chosen again', () => {
    const chosen = toggled({ code: ['a'] }, 'code', 'b');
    expect(chosen).toEqual({ code: ['a', 'b'] });
    expect(toggled(toggled(chosen, 'code', 'a'), 'code', 'b')).toEqual({});
  });
});
