/** The exit code of each error. Scripts decide by these numbers. */
import { ApiProblem, ConnectionLost, UnexpectedReply, WaitTimedOut } from '../client/index.ts';
import {
  Declined,
  FollowedWorkFailed,
  Interrupted,
  NothingFound,
  PartlyDone,
  SignInNeeded,
  SomeFailed,
  Terminated,
  TimedOut,
  Unreachable,
  UsageError,
} from './errors.ts';

export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  declined: 3,
  signIn: 4,
  notFound: 5,
  conflict: 6,
  partly: 7,
  workFailed: 8,
  unreachable: 9,
  interrupted: 130,
  terminated: 143,
} as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const OF_ERRORS = [
  [UsageError, EXIT.usage],
  [Declined, EXIT.declined],
  [SignInNeeded, EXIT.signIn],
  [NothingFound, EXIT.notFound],
  [PartlyDone, EXIT.partly],
  [FollowedWorkFailed, EXIT.workFailed],
  [TimedOut, EXIT.unreachable],
  [Unreachable, EXIT.unreachable],
  [WaitTimedOut, EXIT.unreachable],
  [ConnectionLost, EXIT.unreachable],
  [Interrupted, EXIT.interrupted],
  [Terminated, EXIT.terminated],
] as const;

const OF_STATUS: ReadonlyMap<number, ExitCode> = new Map([
  ...[400, 405, 413, 415, 422].map((status) => [status, EXIT.usage] as const),
  ...[401, 403].map((status) => [status, EXIT.signIn] as const),
  ...[404, 410].map((status) => [status, EXIT.notFound] as const),
  ...[409, 412].map((status) => [status, EXIT.conflict] as const),
  ...[502, 503, 504].map((status) => [status, EXIT.unreachable] as const),
]);

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof SomeFailed) {
    const codes = error.failures.map(({ error: each }) => exitCodeOf(each));
    return codes.reduce((worst, code) => (code > worst ? code : worst), EXIT.error);
  }
  if (error instanceof ApiProblem || error instanceof UnexpectedReply) return OF_STATUS.get(error.status) ?? EXIT.error;
  return OF_ERRORS.find(([kind]) => error instanceof kind)?.[1] ?? EXIT.error;
}
