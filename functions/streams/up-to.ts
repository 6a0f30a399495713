import type { Envelope } from '../domain/event/event.ts';
import type { EventLog } from '../ports/event-log.ts';

/** What folds to the stream's state at this version: mostly its present one, as the command has just written it. */
export async function upTo(log: EventLog, streamId: string, version: number): Promise<readonly Envelope[]> {
  const now = await log.current(streamId);
  const [first] = now;
  const history = first === undefined || first.version <= version ? now : await log.read(streamId);
  return history.filter((event) => event.version <= version);
}
