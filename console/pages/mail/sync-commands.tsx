import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CommandError } from '../../commands/command-error.tsx';
import { type Command, useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import styles from './mail.module.css';
import { mailKey } from './mail-queries.ts';

type Properties = { readonly account: string; readonly credential: string };

/** Buttons that order a sync of the mailbox. They are in the document only for roles that may order one. */
export function SyncCommands(properties: Properties) {
  return useHasRole('member') ? <Orders {...properties} /> : null;
}

function Orders({ account, credential }: Properties) {
  const queries = useQueryClient();
  const renew = (): void => void queries.invalidateQueries({ queryKey: mailKey(account) });
  const body = { credential_id: credential };
  const folders = useCommand(
    async (idempotencyKey) => (await api.sync.mailboxes({ account_id: account, body, idempotencyKey })).data.job_id,
    renew,
  );
  const messages = useCommand(
    async (idempotencyKey) => (await api.sync.messages({ account_id: account, body, idempotencyKey })).data.job_id,
    renew,
  );
  return (
    <div className={styles.syncs}>
      <Order account={account} label="Sync the folders" command={folders} />
      <Order account={account} label="Sync the messages" command={messages} />
    </div>
  );
}

function Order({
  account,
  label,
  command: { run, isRunning, result, error },
}: {
  readonly account: string;
  readonly label: string;
  readonly command: Command<string>;
}) {
  return (
    <div className={styles.sync}>
      <button type="button" disabled={isRunning} onClick={run}>
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
    </div>
  );
}
