import { useQueryClient } from '@tanstack/react-query';
import { useCommand } from '../../commands/use-command.ts';
import { SyncOrder, useFolderSync } from '../../jobs/mailbox-sync.tsx';
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
  const folders = useFolderSync({ account, credential }, renew);
  const messages = useCommand(
    async (idempotencyKey) => (await api.sync.messages({ account_id: account, body, idempotencyKey })).data.job_id,
    renew,
  );
  return (
    <div className={styles.syncs}>
      <div className={styles.sync}>
        <SyncOrder account={account} label="Sync the folders" command={folders} />
      </div>
      <div className={styles.sync}>
        <SyncOrder account={account} label="Sync the messages" command={messages} />
      </div>
    </div>
  );
}
