import type { Complaint } from '../complaint.ts';
import type { Gate } from '../gate/gate.ts';
import { dynamodbNeeds } from '../gate/needs.ts';
import { listenOnLoopback } from '../http/listen.ts';
import { givenEngine, startDynoxide } from './dynoxide.ts';
import { forwardTo } from './forward.ts';
import { guardedServer, operationOf } from './guard.ts';
import { mayWrite, noticedWrites, type Writes } from './noticed-writes.ts';

/** The DynamoDB engine behind its guard. */
export type Database = {
  /** Address behind guard and gate. */
  readonly url: string;
  /** Address of the engine itself, for requests that the gate has already allowed. */
  readonly engine: string;
  /** The writes that have passed the guard. */
  readonly writes: Writes;
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
  const writes = noticedWrites();
  const forward = forwardTo(engine);
  const server = guardedServer(gate, dynamodbNeeds(partitionKeyOf), (request, response, body) => {
    if (mayWrite(operationOf(request))) response.once('close', writes.notice);
    forward(request, response, body);
  });
  const guard = await listenOnLoopback(server, 0);
  stops.push(guard.stop);
  return { url: guard.url, engine, writes };
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
