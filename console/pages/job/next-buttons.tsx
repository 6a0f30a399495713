import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/index.ts';
import buttons from '../../commands/commands.module.css';
import { CopyButton } from '../../commands/copy-button.tsx';
import { SyncOrder, useFolderSync } from '../../jobs/mailbox-sync.tsx';
import { useHasRole } from '../../service/who.ts';
import { asReport } from './copy-as.ts';
import styles from './job.module.css';
import { COMMANDS, type CommandName } from './job-commands.ts';
import { type NextStep, nextStepOf } from './next-step.ts';

type Properties = {
  readonly account: string;
  readonly job: Schemas['Job'];
  /** Null: the catalogue does not have the code. */
  readonly failure: Schemas['Failure'] | null;
  readonly open: (name: CommandName) => void;
};

/** The commands of each next step, besides its link or its copy. */
const COMMANDS_OF: Readonly<Record<NextStep, readonly CommandName[]>> = {
  wait: ['trigger', 'retry'],
  rotate: [],
  connection: [],
  sync: ['resolve'],
  payload: ['update'],
  report: [],
  retry: ['retry'],
};

/** The commands that help against this failure, by the catalogue. The first one is the most useful. */
export function NextButtons({ account, job, failure, open }: Properties) {
  const step = failure === null ? 'report' : nextStepOf(failure);
  const canChange = useHasRole('owner');
  const canSync = useHasRole('member');
  // One of the two commands is enough: a waiting job runs now, and a failed one is retried.
  const offered = COMMANDS_OF[step].filter((name) => job.allowed_commands.includes(name));
  const shown = step === 'wait' ? offered.slice(job.status === 'failed' ? -1 : 0).slice(0, 1) : offered;
  const mailbox = { account, credential: job.credential_id };
  return (
    <div className={styles.next}>
      {step === 'rotate' && canChange && (
        <Link
          to="/a/$account/credentials/$credential"
          params={mailbox}
          search={{ rotate: '1' }}
          className={buttons.primaryLink}
        >
          Rotate &amp; test
        </Link>
      )}
      {step === 'connection' && (
        <Link to="/a/$account/credentials/$credential" params={mailbox} className={buttons.primaryLink}>
          {canChange ? 'Edit connection' : 'See the connection'}
        </Link>
      )}
      {step === 'sync' && canSync && <SyncButton account={account} job={job} />}
      {shown.map((name) => (
        <button
          key={name}
          type="button"
          className={step === 'sync' && canSync ? undefined : buttons.primary}
          onClick={() => open(name)}
        >
          {name === 'update' ? 'Edit payload' : COMMANDS[name].label}
        </button>
      ))}
      {step === 'report' && <CopyButton text={asReport(job)} what="report" />}
      {(step === 'retry' || (step === 'rotate' && !canChange)) && (
        <Link to="/a/$account/credentials/$credential" params={mailbox}>
          Open the mailbox
        </Link>
      )}
    </div>
  );
}

/** Reads the folders of the mailbox again. The sync is a job of its own. */
function SyncButton({ account, job }: Pick<Properties, 'account' | 'job'>) {
  const queries = useQueryClient();
  const sync = useFolderSync(
    { account, credential: job.credential_id },
    () => void queries.invalidateQueries({ queryKey: ['jobs', account, 'newest'] }),
  );
  return <SyncOrder account={account} label="Sync the mailbox" command={sync} className={buttons.primary} />;
}
