import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { bulkQuery } from './bulk-queries.ts';

/** Stops a running operation. */
export function AbortDialog({ bulk, close }: { readonly bulk: string; readonly close: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const abort = useCommand(
    async (idempotencyKey) =>
      (await api.bulk.abort({ bulk_id: bulk, body: { reason: reason.trim() }, idempotencyKey })).data,
    (operation) => {
      queries.setQueryData(bulkQuery(bulk).queryKey, operation);
      close();
    },
  );
  return (
    <FormDialog
      title="Abort the operation"
      verb="Abort the operation"
      isRunning={abort.isRunning}
      isReady={reason.trim() !== ''}
      isDangerous
      submit={abort.run}
      cancel="Go on"
      close={close}
    >
      <p>Its changes so far are kept. Jobs that it has not reached stay as they are.</p>
      <Field label="Reason" hint="It is kept in the audit.">
        {(attributes) => (
          <input
            {...attributes}
            required
            maxLength={500}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
      <CommandError error={abort.error} />
    </FormDialog>
  );
}
