import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { TimedDialog } from '../../commands/timed-dialog.tsx';
import { api } from '../../service/api.ts';
import { failureGroupsKey } from './failure-queries.ts';

type Properties = {
  readonly account: string;
  readonly group: Schemas['FailureGroup'];
  readonly close: () => void;
};

/** Mutes the failure, or unmutes a muted one, with a note for people who look at it later. */
export function MuteDialog({ account, group, close }: Properties) {
  const queries = useQueryClient();
  // The state changes before the dialog is closed, so the first one is kept.
  const [isMuted] = useState(group.muted);
  const verb = isMuted ? 'Unmute' : 'Mute';
  return (
    <TimedDialog
      title={`${verb} this failure`}
      verb={verb}
      time={
        isMuted
          ? null
          : {
              endless: 'Until somebody unmutes it',
              hint: 'When the time is over, it asks for attention once a job fails again.',
            }
      }
      text={{ label: 'Note', hint: 'It is shown with the failure, and kept in the audit.', name: 'note' }}
      send={async ({ until, text, idempotencyKey }) => {
        const note = text === null ? {} : { note: text };
        const input = { failure_group_id: group.id, idempotencyKey };
        if (isMuted) await api.failureGroups.unmute({ ...input, body: note });
        else await api.failureGroups.mute({ ...input, body: { ...note, ...(until === null ? {} : { until }) } });
        await queries.invalidateQueries({ queryKey: failureGroupsKey(account) });
      }}
      close={close}
    >
      {isMuted
        ? 'It asks for attention again.'
        : 'It does not ask for attention. Its jobs, their retries and all counts continue as before.'}
    </TimedDialog>
  );
}
