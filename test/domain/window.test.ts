import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverName } from '../../functions/domain/limits/mail-server.ts';
import { countUse, HOUR_MS, type Uses } from '../../functions/domain/limits/window.ts';

const LIMITS = { all: 6, group: 3 };

it('no hour has more uses than the limits allow, whenever they come', () => {
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

it('there is room at the time that a refusal names, and not before it', () => {
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

it.each([
  ['IMAP.Example.com', 'imap.example.com'],
  ['imap.example.com.', 'imap.example.com'],
  ['192.0.2.1', '0xc0000201'],
  ['192.0.2.1', '192.0.513'],
  ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
])('%s and %s are one mail server', (one, other) => {
  expect(serverName(one, 993)).toBe(serverName(other, 993));
});

it('other ports and other names are other mail servers', () => {
  const names = [serverName('a.example', 993), serverName('a.example', 143), serverName('b.example', 993)];
  expect(new Set(names).size).toBe(3);
});
