/**
 * The worker's process is killed at every step of an attempt: after each write to the store and the queue, and after
 * each command to the mail server. After some time, the result for the job and the mailbox must not depend on that step.
 *
 * Store and mailbox change only by these steps, so the state before a step is the state after an earlier one. The move
 * is killed before each step as well, to show this.
 */
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld } from '../fixtures/fault-world.ts';
import type { TappedRequest, Verdict } from '../fixtures/tapped-endpoint.ts';
import { CASES, type FaultCase, type Harm, harmOf, MAX_MINUTES, NO_HARM, startCase } from './fault-cases.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.stop());

const SIDES = ['before', 'after'] as const;
const KINDS = ['write', 'command'] as const;
type Point = { readonly kind: (typeof KINDS)[number]; readonly side: (typeof SIDES)[number]; readonly step: number };

const WRITES =
  /^(PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems|SendMessageBatch|DeleteMessageBatch)$/;
const labelOf = ({ operation, body }: TappedRequest): string =>
  `${operation} ${/"(Events|Mail|Leases|Secrets|Views)-\d+"/.exec(body)?.[1] ?? 'queue'}`;

type Outcome = { readonly label: string; readonly attempts: number; readonly minutes: number; readonly harm: Harm };

/** Null when the attempt ended before it reached that step. */
async function killedAt(one: FaultCase, { kind, side, step }: Point): Promise<Outcome | null> {
  const { server, scenario, harm } = await startCase(world, one);
  try {
    let label: string | null = null;
    let steps = 0;
    const arm = (child: ChildProcess): void => {
      const dies = (name: string): boolean => {
        if (label !== null) return true;
        steps += 1;
        if (steps !== step) return false;
        label = `${side} ${name}`;
        child.kill('SIGKILL');
        return true;
      };
      const tapped = (request: TappedRequest): Verdict =>
        WRITES.test(request.operation) && dies(labelOf(request)) ? 'swallow' : 'pass';
      if (kind === 'write') world.tap(side === 'before' ? { before: tapped } : { after: tapped });
      else
        server.script = ({ name }) => {
          if (!dies(name)) return { kind: 'normal' };
          return side === 'before' ? { kind: 'drop' } : { kind: 'drop', afterLines: 0 };
        };
    };
    const end = await scenario.child(arm);
    world.tap({});
    server.script = null;
    expect(end).toBe(label === null ? 'done' : 'killed');
    if (label === null) return null;
    const minutes = await scenario.recover();
    expect(minutes, label).toBeLessThanOrEqual(MAX_MINUTES);
    const started = (await scenario.events()).filter(({ type }) => type === 'AttemptStarted').length;
    return { label, attempts: started, minutes, harm: await harm() };
  } finally {
    await server.close();
  }
}

type Row = { readonly kills: number; readonly again: number; readonly minutes: number };

describe.for(CASES)('a worker that is killed in $name', (one) => {
  const table = new Map<string, Row>();
  afterAll(() => {
    const rows = [...table].map(([label, row]) => `${label} | ${row.kills} | ${row.again} | ${row.minutes}`);
    console.log([one.name, 'where | kills | started again | minutes at most', ...rows].join('\n'));
  });

  const sides = one.name === 'a move' ? SIDES : (['after'] as const);
  it.for(KINDS.flatMap((kind) => sides.map((side) => ({ kind, side }))))(
    'loses, duplicates and deletes nothing, and its job ends as expected: $side any $kind',
    async ({ kind, side }) => {
      const harms: Harm[] = [];
      const harmful = new Set<string>();
      for (let step = 1; ; step += 1) {
        const outcome = await killedAt(one, { kind, side, step });
        if (outcome === null) break;
        harms.push(outcome.harm);
        if (Object.values(outcome.harm).some((count) => count > 0)) harmful.add(outcome.label);
        const row = table.get(outcome.label) ?? { kills: 0, again: 0, minutes: 0 };
        table.set(outcome.label, {
          kills: row.kills + 1,
          again: row.again + Math.max(0, outcome.attempts - 1),
          minutes: Math.max(row.minutes, outcome.minutes),
        });
      }
      expect(harmOf(harms), `harm at ${[...harmful].join(', ')}`).toEqual(NO_HARM);
      expect(harms.length).toBeGreaterThan(kind === 'write' ? 5 : 8);
    },
  );
});
