/** Orders a job that syncs a mailbox, and leads to that job. */
import { Link } from '@tanstack/react-router';
import { CommandError } from '../commands/command-error.tsx';
import { type Command, useCommand } from '../commands/use-command.ts';
import { api } from '../service/api.ts';

type Mailbox = { readonly account: string; readonly credential: string };

/** The sync of the folders of a mailbox. Its result is the id of the job. `done`: when the job is there. */
export const useFolderSync = ({ account, credential }: Mailbox, done: () => void): Command<string> =>
  useCommand(
    async (idempotencyKey) =>
      (await api.sync.mailboxes({ account_id: account, body: { credential_id: credential }, idempotencyKey })).data
        .job_id,
    done,
  );

type Properties = {
  readonly account: string;
  readonly label: string;
  /** Its result is the id of a job. */
  readonly command: Command<string>;
  readonly className?: string | undefined;
};

/** The button, then the job, or why there is none. */
export function SyncOrder({ account, label, className, command: { run, isRunning, result, error } }: Properties) {
  return (
    <>
      <button type="button" className={className} disabled={isRunning} onClick={run}>
        {label}
      </button>
      <span role="status">
        {result !== null && (
          <>
            ✓ A job does it:{' '}
            <Link to="/a/$account/jobs/$job" params={{ account, job: result }}>
              open the job
            </Link>
          </>
        )}
      </span>
      <CommandError error={error} />
    </>
  );
}
