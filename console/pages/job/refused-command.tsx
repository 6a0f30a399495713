import { ApiProblem, type Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { JobStatus } from '../../status/job-status.tsx';

/** Sends a command. If the job was changed meanwhile, it is read again before the refusal is shown. */
export async function afterConflict<Result>(send: () => Promise<Result>, readAgain: () => Promise<void>) {
  try {
    return await send();
  } catch (error) {
    // A failure of this read must not hide the refusal.
    if (error instanceof ApiProblem && (error.status === 409 || error.status === 412))
      await readAgain().catch(() => {});
    throw error;
  }
}

type Properties = { readonly error: Error | null; readonly job: Schemas['Job'] };

/** Why a command on a job was refused, and the present state of the job. */
export function RefusedCommand({ error, job }: Properties) {
  const problem = error instanceof ApiProblem ? error.problem : null;
  const isChanged = problem?.code === 'version_conflict';
  const status = problem?.job_status ?? (isChanged ? job.status : null);
  return (
    <>
      <CommandError error={error} />
      {status !== null && (
        <p>
          The job is now <JobStatus status={status} />.
          {isChanged && ' Send it again to give the command to the job as it is now.'}
        </p>
      )}
    </>
  );
}
