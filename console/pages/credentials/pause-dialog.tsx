import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { TimedDialog } from '../../commands/timed-dialog.tsx';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { credentialsKey } from './credential-queries.ts';
import { nameOf, waitingSentence } from './health.ts';

type Properties = {
  readonly account: string;
  readonly credential: Schemas['Credential'];
  readonly close: () => void;
};

/** Pauses an active credential, or resumes a paused one, with a reason for the audit. */
export function PauseDialog({ account, credential, close }: Properties) {
  const queries = useQueryClient();
  const { id, status } = credential;
  // The status changes before the dialog is closed, so the first one is kept.
  const [isPaused] = useState(status === 'paused');
  const verb = isPaused ? 'Resume' : 'Pause';
  return (
    <TimedDialog
      title={`${verb} this mailbox`}
      verb={verb}
      time={isPaused ? null : { endless: 'Until somebody resumes it' }}
      text={{ label: 'Reason', hint: 'It is kept in the audit.', name: 'reason' }}
      send={async ({ until, text, idempotencyKey }) => {
        const reason = text === null ? {} : { reason: text };
        const input = { credential_id: id, idempotencyKey };
        if (isPaused) await api.credentials.resume({ ...input, body: reason });
        else await api.credentials.pause({ ...input, body: { ...reason, ...(until === null ? {} : { until }) } });
        await queries.invalidateQueries({ queryKey: credentialsKey(account) });
      }}
      close={close}
    >
      <ServerText>{nameOf(credential)}</ServerText>:{' '}
      {isPaused
        ? `${waitingSentence(credential.waiting_jobs)} They start gradually.`
        : 'its jobs wait, and running jobs continue.'}
    </TimedDialog>
  );
}
