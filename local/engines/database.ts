import type { Complaint } from '../complaint.ts';
import type { Gate } from '../gate/gate.ts';
import { dynamodbNeeds } from '../gate/needs.ts';
import { listenOnLoopback } from '../http/listen.ts';
import { givenEngine, startDynoxide } from './dynoxide.ts';
import { forwardTo } from './forward.ts';
import { guardedServer } from './guard.ts';

export type Database = {
  /** Address behind guard and gate. */
  readonly url: string;
  /** Address of the engine itself, for requests that the gate has already allowed. */
  readonly engine: string;
};

/** The engine that the environment names, otherwise a local one over a file; both behind guard and gate. */
export async function startDatabase(
  path: string,
  gate: Gate,
  partitionKeyOf: (table: string) => string | undefined,
  stops: (() => Promise<void> | void)[],
  onLost: ((complaint: Complaint) => void) | undefined,
): Promise<Database> {
  const engine = await engineOver(path, stops, onLost);
  const guard = await listenOnLoopback(guardedServer(gate, dynamodbNeeds(partitionKeyOf), forwardTo(engine)), 0);
  stops.push(guard.stop);
  return { url: guard.url, engine };
}

async function engineOver(
  path: string,
  stops: (() => Promise<void> | void)[],
  onLost: ((complaint: Complaint) => void) | undefined,
): Promise<string> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given !== undefined && given !== '') return givenEngine(given);
  const engine = await startDynoxide(path);
  stops.push(engine.stop);
  if (onLost !== undefined) engine.onLost(onLost);
  return engine.endpoint;
}
