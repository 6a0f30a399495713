import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Dialog } from '../../commands/dialog.tsx';
import { DialogForm } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { SecretShownOnce } from './secret-shown-once.tsx';
import { webhooksKey } from './webhook-queries.ts';

type Properties = {
  readonly account: string;
  readonly endpoint: Schemas['WebhookEndpoint'];
  readonly close: () => void;
};

/** Gives the endpoint a new secret, which is shown only here. The former one works for 24 more hours. */
export function RotateDialog({ account, endpoint, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const rotation = useCommand(
    async (idempotencyKey) => {
      const secret = String(new FormData(fields.current ?? undefined).get('secret') ?? '');
      const body = secret === '' ? {} : { secret };
      return (await api.webhookEndpoints.rotate({ webhook_endpoint_id: endpoint.id, body, idempotencyKey })).data;
    },
    () => void queries.invalidateQueries({ queryKey: webhooksKey(account) }),
  );
  return (
    <Dialog title="Rotate the secret" close={close}>
      {rotation.result === null ? (
        <DialogForm
          fields={fields}
          verb="Rotate"
          running="Rotating …"
          isRunning={rotation.isRunning}
          submit={rotation.run}
          close={close}
        >
          <p>The former secret works for 24 more hours, so that nothing is lost until the provider has the new one.</p>
          <Field
            label="Secret of the provider"
            hint="Only if the provider has chosen it; otherwise a random one is made."
            problem={fieldProblem(rotation.error, '/secret')}
          >
            {(attributes) => (
              <input {...attributes} type="password" name="secret" autoComplete="new-password" maxLength={128} />
            )}
          </Field>
          <CommandError error={rotation.error} />
        </DialogForm>
      ) : (
        <div className={form.form}>
          <SecretShownOnce endpoint={rotation.result} />
          <div className={form.buttons}>
            <button type="button" className={form.primary} onClick={close}>
              Close
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
