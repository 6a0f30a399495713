import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog, ReasonField, reasonOf } from '../../commands/dialog-form.tsx';
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
      await api.webhookEndpoints.delete({ webhook_endpoint_id: endpoint.id, ...reasonOf(fields.current) });
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
    <FormDialog
      title="Delete this endpoint"
      fields={fields}
      verb="Delete"
      running="Deleting …"
      isRunning={deletion.isRunning}
      isDangerous
      submit={deletion.run}
      close={close}
    >
      <p>
        <ServerText>{endpointName(endpoint)}</ServerText>: its address answers 404 from then on, and its secret is gone.
        The jobs that it made stay.
      </p>
      <ReasonField error={deletion.error} />
      <CommandError error={deletion.error} />
    </FormDialog>
  );
}
