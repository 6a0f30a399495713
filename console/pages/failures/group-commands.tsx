import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import form from '../../commands/commands.module.css';
import type { BulkAction } from '../../jobs/bulk-actions.ts';
import { searchOfGroup } from '../../jobs/failure-group.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { useHasRole } from '../../service/who.ts';
import styles from './failures.module.css';
import { MuteDialog } from './mute-dialog.tsx';

type Properties = { readonly account: string; readonly group: Schemas['FailureGroup'] };

/** Members may mute. Commands for all jobs of a filter need the role owner. Other commands are not in the document. */
export function GroupCommands({ account, group }: Properties) {
  const navigate = useNavigate();
  const isMember = useHasRole('member');
  const isOwner = useHasRole('owner');
  const [isMuting, setMuting] = useState(false);
  const hasJobs = group.failed + group.retrying > 0;
  const mayOrder = isOwner && hasJobs;
  const { code, host } = group;
  // The dialog is on the list of jobs, and counts first.
  const order = useCallback(
    (command: BulkAction): void =>
      void navigate({
        to: '/a/$account/jobs',
        params: { account },
        search: { ...searchOfGroup({ code, host }), command, at: new Date().toISOString() },
      }),
    [navigate, account, code, host],
  );
  const keys = useMemo<readonly KeyBinding[]>(
    () =>
      mayOrder
        ? [
            { keys: 'r', label: 'Retry all its jobs', run: () => order('retry') },
            { keys: 'e', label: 'Resolve all its jobs', run: () => order('resolve') },
          ]
        : [],
    [mayOrder, order],
  );
  useKeys(keys);
  if (!isMember) return null;
  return (
    <>
      <div className={styles.commands}>
        {mayOrder && (
          <>
            <button type="button" className={form.primary} onClick={() => order('retry')}>
              Retry all <kbd>r</kbd>
            </button>
            <button type="button" onClick={() => order('resolve')}>
              Resolve all <kbd>e</kbd>
            </button>
          </>
        )}
        <button type="button" onClick={() => setMuting(true)}>
          {group.muted ? 'Unmute' : 'Mute'}
        </button>
      </div>
      {isMuting && <MuteDialog account={account} group={group} close={() => setMuting(false)} />}
    </>
  );
}
