import { expect, it, onTestFinished, vi } from 'vitest';
import { logger } from '../../functions/runtime/logger.ts';
import { runBatch } from '../../functions/worker/run-batch.ts';
import { batchOf } from '../fixtures/sqs-batch.ts';
import { workerWorld } from '../fixtures/worker-world.ts';

it('says in a log line of its own how each attempt ended: an alarm goes by it', async () => {
  const info = vi.spyOn(logger, 'info').mockReturnValue();
  const error = vi.spyOn(logger, 'error').mockReturnValue();
  onTestFinished(() => {
    info.mockRestore();
    error.mockRestore();
  });
  const world = workerWorld(async () => {
    throw new TypeError('a defect of ours');
  });
  const message = await world.addJob(await world.addCredential());
  const answer = await runBatch(batchOf([{ MessageId: '1', Body: JSON.stringify(message) }]), world.ports);
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(info).toHaveBeenCalledWith('job', { job_id: message.job_id, did: 'ran', outcome: 'unknown' });
});
