import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { ServerText } from '../../text/server-text.tsx';
import { endpointName } from './endpoint-state.ts';
import { webhooksKey } from './webhook-queries.ts';

type Properties = {
  readonly account: string;
  readonly endpoint: Schemas['WebhookEndpoint'];
  readonly close: () => void;
};

export function DeleteDialog({ account, endpoint, close }: Properties) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const fields = useRef<HTMLFormElement>(null);
  const deletion = useCommand(
    async () => {
      const reason = String(new FormData(fields.current ?? undefined).get('reason') ?? '').trim();
      const why = reason === '' ? {} : { reason };
      await api.webhookEndpoints.delete({ webhook_endpoint_id: endpoint.id, ...why });
    },
    () => {
      close();
      // Leave its page first, so that it is not read again.
      void navigate({ to: '/a/$account/webhooks', params: { account } }).then(() =>
        queries.resetQueries({ queryKey: webhooksKey(account) }),
      );
    },
  );
  return (
    <Dialog title="Delete this endpoint" close={close}>
      <form
        ref={fields}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          deletion.run();
        }}
      >
        <p>
          <ServerText>{endpointName(endpoint)}</ServerText>: its address answers 404 from then on, and its secret is
          gone. The jobs that it made stay.
        </p>
        <Field label="Reason" hint="It is kept in the audit.">
          {(attributes) => <input {...attributes} name="reason" maxLength={500} autoComplete="off" />}
        </Field>
        <CommandError error={deletion.error} />
        <div className={form.buttons}>
          <button type="submit" className={form.danger} disabled={deletion.isRunning}>
            {deletion.isRunning ? 'Deleting …' : 'Delete'}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
