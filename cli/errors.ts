/** The ways in which a command ends without the API refusing it. `exit-codes.ts` says which number each has. */

/** The command line, or what it names, is wrong. Nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Nobody agreed to the command. Nothing was sent. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** There is no token, or the issuer refuses to give one. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
}

/** A name that the command gives does not exist. */
export class NothingFound extends Error {
  override readonly name = 'NothingFound';
}

/** A bulk operation did not change every job, and `--strict` asks for that. */
export class PartlyDone extends Error {
  override readonly name = 'PartlyDone';
}

type Failure = { readonly id: string; readonly error: unknown };

/** Of several things that a command names, some were refused. The others are changed. */
export class SomeFailed extends Error {
  override readonly name = 'SomeFailed';
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[], all: number) {
    super(`${failures.length} of ${all} were refused`);
    this.failures = failures;
  }
}

/** The job, test or bulk operation that the command followed did not succeed. */
export class FollowedWorkFailed extends Error {
  override readonly name = 'FollowedWorkFailed';
}

/** The time of `--timeout` is over. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** No reply came from the service or the issuer. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The user ended the command by Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Another program ended the command (SIGTERM). */
export class Terminated extends Error {
  override readonly name = 'Terminated';
}
