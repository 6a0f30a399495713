import type { Sweep } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';
import { fireTask } from './fire-task.ts';

/** Starts the due runs of scheduled tasks. */
export async function fireTasks(ids: readonly string[], sweep: Sweep): Promise<void> {
  const fireOne = async (id: string): Promise<void> => {
    const fired = await fireTask(id, sweep);
    if (fired !== 'nothing') sweep.result[fired] += 1;
  };
  await inParallel(ids, (id) => attempt(id, sweep, () => fireOne(id)));
}
