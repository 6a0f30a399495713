/**
 * The worker's process is frozen while it waits for an answer, at every command in turn. Its lease expires, the
 * sweeper gives the job to another worker, which completes it. Then the frozen one continues with its connection open
 * and the answer ready: it must change nothing, neither in the mailbox nor in the log.
 */
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld } from '../fixtures/fault-world.ts';
import { CASES, type FaultCase, MAX_MINUTES, startCase } from './fault-cases.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.stop());

const CHANGES = /MOVE|COPY|STORE|EXPUNGE|APPEND|CREATE|RENAME|DELETE/;

type Outcome = { readonly command: string; readonly minutes: number; readonly after: readonly string[] };

/** Null when there was no such command. */
async function frozenAt(one: FaultCase, step: number): Promise<Outcome | null> {
  const { server, scenario, check } = await startCase(world, one);
  try {
    const steps = { taken: 0 };
    const child = Promise.withResolvers<ChildProcess>();
    const frozen = Promise.withResolvers<string | null>();
    server.script = async ({ name }) => {
      steps.taken += 1;
      if (steps.taken === step) {
        (await child.promise).kill('SIGSTOP');
        server.script = null;
        frozen.resolve(name);
      }
      return { kind: 'normal' };
    };
    const ended = scenario.child(child.resolve);
    void ended.then(() => frozen.resolve(null));
    const command = await frozen.promise;
    if (command === null) return null;
    const minutes = await scenario.recover();
    const before = (await scenario.events()).length;
    const sent = server.log.length;
    await check();
    (await child.promise).kill('SIGCONT');
    await ended;
    const after = server.log.slice(sent).map(({ name }) => name);
    expect(after.filter((name) => CHANGES.test(name))).toEqual([]);
    expect(await scenario.events()).toHaveLength(before);
    await check();
    return { command, minutes, after };
  } finally {
    await server.close();
  }
}

describe('a worker that freezes for longer than its lease, and continues', () => {
  it.for(CASES)('changes nothing more, at any command of $name', async (one) => {
    const rows: string[] = [];
    for (let step = 1; ; step += 1) {
      const outcome = await frozenAt(one, step);
      if (outcome === null) break;
      expect(outcome.minutes, outcome.command).toBeLessThanOrEqual(MAX_MINUTES);
      rows.push(`${outcome.command} | ${outcome.minutes} | ${outcome.after.join(' ') || '-'}`);
    }
    console.log(
      [`${one.name}: frozen at | minutes until another worker ended it | sent after waking`, ...rows].join('\n'),
    );
    expect(rows.length).toBeGreaterThan(8);
  });
});
