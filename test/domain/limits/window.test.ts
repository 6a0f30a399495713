import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverName } from '../../../functions/domain/limits/mail-server.ts';
import { countUse, HOUR_MS, type Uses, usesSchema } from '../../../functions/domain/limits/window.ts';

const LIMITS = { all: 6, group: 3 };

it('no hour contains more counted uses than the limits allow, for uses at any times', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3 * HOUR_MS), fc.constantFrom('a', 'b', 'c')), { maxLength: 60 }), (given) => {
      const counted: { at: number; group: string }[] = [];
      let uses: Uses = [];
      for (const [now, group] of given.toSorted(([one], [other]) => one - other)) {
        const decision = countUse(uses, group, LIMITS, now);
        if (decision.kind === 'refused') {
          expect(decision.retryAfterMs).toBeGreaterThan(0);
          expect(decision.retryAfterMs).toBeLessThanOrEqual(HOUR_MS);
          continue;
        }
        uses = decision.uses;
        counted.push({ at: now, group });
      }
      for (const { at: end } of counted) {
        const hour = counted.filter(({ at }) => at <= end && at > end - HOUR_MS);
        expect(hour.length).toBeLessThanOrEqual(LIMITS.all);
        for (const name of ['a', 'b', 'c'])
          expect(hour.filter(({ group }) => group === name).length).toBeLessThanOrEqual(LIMITS.group);
      }
    }),
  );
});

it('a refused use is accepted at the time that the refusal names, and not before', () => {
  let uses: Uses = [];
  for (const at of [0, 5, 9]) {
    const decision = countUse(uses, 'a', LIMITS, at);
    if (decision.kind === 'counted') uses = decision.uses;
  }
  const refused = countUse(uses, 'a', LIMITS, 100);
  if (refused.kind !== 'refused') throw new Error('there was room');
  expect(countUse(uses, 'a', LIMITS, 100 + refused.retryAfterMs - 1).kind).toBe('refused');
  expect(countUse(uses, 'a', LIMITS, 100 + refused.retryAfterMs).kind).toBe('counted');
});

const used = (group: string, ...times: readonly number[]): Uses => times.map((at) => ({ at, group }));

it('a use older than an hour neither counts nor is kept', () => {
  const uses = used('a', 0, 1);
  expect(countUse(uses, 'b', LIMITS, HOUR_MS)).toEqual({
    kind: 'counted',
    uses: [
      { at: 1, group: 'a' },
      { at: HOUR_MS, group: 'b' },
    ],
  });
});

it('a refusal names the same time in whatever order the uses arrived', () => {
  for (const times of [
    [0, 5, 9],
    [9, 5, 0],
    [5, 9, 0],
  ])
    expect(countUse(used('a', ...times), 'a', LIMITS, 100)).toEqual({
      kind: 'refused',
      by: 'group',
      retryAfterMs: HOUR_MS - 100,
    });
});

it('a group at its limit does not stop other groups, until the limit of all groups is reached', () => {
  const full = used('a', 0, 1, 2);
  expect(countUse(full, 'b', LIMITS, 10).kind).toBe('counted');
  const all = [...full, ...used('b', 3, 4), ...used('c', 5)];
  expect(countUse(all, 'b', LIMITS, 10)).toEqual({ kind: 'refused', by: 'all', retryAfterMs: HOUR_MS - 10 });
});

it('a refusal names the limit that lasts longer; if both last equally long, the limit of all groups', () => {
  const equal = { all: 3, group: 3 };
  expect(countUse(used('a', 0, 1, 2), 'a', equal, 10)).toMatchObject({ by: 'all' });
  const uses = [...used('b', 0, 1, 2), ...used('a', 3, 4, 5)];
  expect(countUse(uses, 'a', LIMITS, 10)).toMatchObject({ by: 'group', retryAfterMs: HOUR_MS + 3 - 10 });
});

it('stored uses are read unchanged, and nothing else is accepted', () => {
  expect(usesSchema.parse(used('a', 1))).toEqual(used('a', 1));
  expect(usesSchema.safeParse([{}]).success).toBe(false);
});

it.each([
  ['IMAP.Example.com', 'imap.example.com'],
  ['imap.example.com.', 'imap.example.com'],
  ['192.0.2.1', '0xc0000201'],
  ['192.0.2.1', '192.0.513'],
  ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
  ['imap.example.com', ' imap.example.com\t'],
  ['imap.example.com', 'imap.example.com...'],
  ['imap.example.com', 'imap.example.com\u3002\u3002'],
  ['2001:db8::1', '[2001:DB8:0:0:0:0:0:1]'],
  ['no host', 'NO HOST.'],
])('%s and %s are one mail server', (one, other) => {
  expect(serverName(one, 993)).toBe(serverName(other, 993));
});

it('other ports and other names are different mail servers', () => {
  const names = [serverName('a.example', 993), serverName('a.example', 143), serverName('b.example', 993)];
  expect(new Set(names).size).toBe(3);
});

it.each([
  ['imap.example.com', 'imap.example.com:993'],
  ['2001:db8::1', '[2001:db8::1]:993'],
  ['No Host', 'no host:993'],
])('%s is stored as %s', (host, name) => {
  expect(serverName(host, 993)).toBe(name);
});
