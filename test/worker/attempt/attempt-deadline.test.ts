import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import { workerWorld } from '../../fixtures/worker-world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const interrupted = (outcomeUnknown: boolean) =>
  new MailboxFailure({ code: 'deadline_exceeded', detail: 'cut', retryAfterMs: null, outcomeUnknown });

/** What a job comes to whose action does this, in an invocation that has a minute until attempts are cut off. */
async function attempted(run: (context: ActionContext) => Promise<never>) {
  const world = workerWorld(run);
  const credential = await world.addCredential();
  const message = await world.addJob(credential);
  const ended = runCredential(credential, [message], { ...world.ports, untilCutMs: () => MINUTE });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const pass = async (ms: number): Promise<boolean> => {
    for (let left = ms; left > 0; left -= 1_000) {
      world.clock.now += 1_000;
      await vi.advanceTimersByTimeAsync(1_000);
    }
    return isOver;
  };
  return { world, credential, message, pass, job: () => world.job(message.job_id) };
}

describe('an attempt that comes to no end', () => {
  it.each([true, false])(
    'is cut off before its function ends, and says whether an answer is missing: %s',
    async (unknown) => {
      const { pass, job, credential, world } = await attempted(async (context) => {
        await context.session();
        return new Promise((_, reject) => {
          context.signal.addEventListener('abort', () => reject(interrupted(unknown)));
        });
      });
      expect(await pass(MINUTE - 1_000)).toBe(false);
      expect(await pass(1_000)).toBe(true);
      expect(await job()).toMatchObject({
        status: 'retrying',
        last_error_code: 'deadline_exceeded',
        last_error_category: 'interrupted',
        outcome_unknown: unknown,
        attempts_used: 1,
        abandoned: 0,
      });
      expect(world.logins).toMatchObject({ open: 1, closed: 1 });
      expect(await world.slots.fullUntil(credential, world.clock.now)).toBeNull();
    },
  );

  it('is left behind when it does not even notice', async () => {
    const { pass, job } = await attempted(() => new Promise(() => {}));
    expect(await pass(MINUTE + 5_000)).toBe(true);
    expect(await job()).toMatchObject({ status: 'retrying', last_error_code: 'deadline_exceeded' });
  });

  it('leaves no timer that would cut the next job’s connection', async () => {
    const world = workerWorld(async (context) => {
      await context.session();
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const jobs = [await world.addJob(credential), await world.addJob(credential)];
    await runCredential(credential, jobs, { ...world.ports, untilCutMs: () => MINUTE });
    expect(vi.getTimerCount()).toBe(0);
  });
});
