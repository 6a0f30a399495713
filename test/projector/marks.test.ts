import { expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import { MARK_EVENT, markStream } from '../../functions/domain/views/mark.ts';
import { passMarks } from '../../functions/projector/marks.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';

const record = (stream_id: string, type: string, data: unknown = {}): Envelope => ({
  stream_id,
  version: 1,
  schema: 1,
  account_id: 'acc_one',
  at: '2026-11-01T00:00:00.000Z',
  actor: { kind: 'system', id: 'bulk' },
  append_id: 'a',
  type,
  data,
});
const mark = () => record(markStream(ids.token()), MARK_EVENT);
/** A known type with data that no release ever wrote: it cannot be folded. */
const broken = () => record(ids.next('job'), 'JobRequested', { action: 1 });

it('a mark after a record that failed in its batch is not passed, because that record is delivered again', async () => {
  const views = memoryViews();
  const [before, bad, after] = [mark(), broken(), mark()];
  const batch = [before, bad, after];
  const { failed } = await projectOnce(batch, { log: memoryEventLog(), views, pause: async () => {} });
  expect(failed.map(({ streamId }) => streamId)).toEqual([bad.stream_id]);
  await passMarks(batch, new Set([bad.stream_id]), views);
  expect([...views.rows.keys()]).toEqual([before.stream_id]);
});

it('a batch that is delivered twice passes its marks once', async () => {
  const views = memoryViews();
  const batch = [mark()];
  await passMarks(batch, new Set(), views);
  await passMarks(batch, new Set(), views);
  expect(views.rows.size).toBe(1);
});

it('a rebuild of the views passes no mark, because it reads streams in another order', async () => {
  const views = memoryViews();
  await projectOnce([mark()], { log: memoryEventLog(), views, pause: async () => {} });
  expect(views.rows.size).toBe(0);
});

it('a mark whose row cannot be written fails the batch', async () => {
  const views = { write: () => Promise.reject(new Error('throttled')) };
  await expect(passMarks([mark()], new Set(), views)).rejects.toThrow('throttled');
});
