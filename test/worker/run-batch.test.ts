import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkMessage } from '../../functions/ports/work-queue.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { runBatch } from '../../functions/worker/run-batch.ts';
import type { WorkerPorts } from '../../functions/worker/worker-ports.ts';
import { batchOf } from '../fixtures/sqs-batch.ts';
import { withLogin, workerWorld } from '../fixtures/worker-world.ts';

const done = async () => ({ kind: 'succeeded' as const, result: {} });
const receive = (messages: readonly WorkMessage[]) =>
  batchOf(messages.map((message, at) => ({ MessageId: `receipt-${at}`, Body: JSON.stringify(message) })));
const failedOf = async (messages: readonly WorkMessage[], ports: WorkerPorts) =>
  (await runBatch(receive(messages), ports)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

/** A queue that refuses messages of this job. */
const refusing = (jobId: string): WorkerPorts['queue'] => ({
  send: async (messages) =>
    messages.map(({ message }) => message).filter((message) => 'job_id' in message && message.job_id === jobId),
});

describe('a message to be sent again that the queue refuses', () => {
  it('is delivered again when there was no time for its job', async () => {
    const world = workerWorld(done);
    const credential = await world.addCredential();
    const jobs = [await world.addJob(credential), await world.addJob(credential)];
    world.clock.remaining = 1_000;
    const queue = refusing(jobs[1]?.job_id ?? '');
    expect(await failedOf(jobs, { ...world.ports, queue })).toEqual(['receipt-1']);
    expect(await failedOf(jobs, world.ports)).toEqual([]);
  });

  it('is delivered again when there was no connection for it', async () => {
    const world = workerWorld(done);
    const credential = await world.addCredential();
    const jobs = [await world.addJob(credential), await world.addJob(credential)];
    const none = withLogin(world.ports, { maxConnections: 0 });
    const queue = refusing(jobs[0]?.job_id ?? '');
    expect(await failedOf(jobs, { ...none, queue })).toEqual(['receipt-0']);
    expect(await failedOf(jobs, none)).toEqual([]);
  });

  it('is delivered again when its job is blocked, and the other jobs still run', async () => {
    const world = workerWorld(done);
    const credential = await world.addCredential();
    const [held, forced] = [await world.addJob(credential), await world.addJob(credential)];
    await world.append(credential, 2, { type: 'CredentialPaused', data: { reason: null, until: null } });
    await world.append(forced.job_id, 2, { type: 'JobTriggered', data: { reason: null, force: false } }, credential);
    expect(await failedOf([held, forced, held], { ...world.ports, queue: refusing(held.job_id) })).toEqual([
      'receipt-0',
      'receipt-2',
    ]);
    expect(await world.job(forced.job_id)).toMatchObject({ status: 'succeeded' });
  });
});

it('the end of each attempt has its own log line, for the alarm', async () => {
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
