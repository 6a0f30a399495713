import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import { FormDialog } from '../../commands/dialog-form.tsx';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { actionWords } from '../../jobs/job-actions.ts';
import { api } from '../../service/api.ts';
import { webhooksKey } from './webhook-queries.ts';
import styles from './webhooks.module.css';

type Properties = {
  readonly account: string;
  readonly endpoint: Schemas['WebhookEndpoint'];
  readonly close: () => void;
};

/** Sends a signed sample to the endpoint. It makes a real job, so the dialog says this first. */
export function TestDialog({ account, endpoint, close }: Properties) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const namesMailbox = 'match' in endpoint.target;
  const test = useCommand(
    async (idempotencyKey) => {
      const subject = String(new FormData(fields.current ?? undefined).get('subject') ?? '').trim();
      const body = subject === '' ? {} : { subject };
      return (await api.webhookEndpoints.test({ webhook_endpoint_id: endpoint.id, body, idempotencyKey })).data;
    },
    () => void queries.invalidateQueries({ queryKey: webhooksKey(account) }),
  );
  const { result } = test;
  return (
    <FormDialog
      title="Test the endpoint"
      fields={fields}
      verb={result === null ? 'Send the sample' : 'Send another'}
      running="Sending …"
      isRunning={test.isRunning}
      submit={test.run}
      cancel={result === null ? 'Cancel' : 'Close'}
      close={close}
    >
      <p>
        A signed sample goes to its address, as the provider would send it. The job that it makes is real:{' '}
        {actionWords(endpoint.action)}.
      </p>
      {namesMailbox && (
        <Field
          label="Mailbox that the sample names"
          hint={
            'match' in endpoint.target && endpoint.target.match === 'username' ? 'Its user name.' : 'Your own id of it.'
          }
          problem={fieldProblem(test.error, '/subject')}
        >
          {(attributes) => <input {...attributes} name="subject" maxLength={255} autoComplete="off" />}
        </Field>
      )}
      {result !== null && (
        <p className={styles.outcome} data-tone={result.ok ? 'good' : 'bad'} role={result.ok ? 'status' : 'alert'}>
          {result.ok ? '✓ The endpoint took the sample.' : '✕ The endpoint did not take the sample.'}{' '}
          {result.status === null ? 'It did not answer.' : `It answered with ${result.status}.`}{' '}
          {result.delivery_id !== null && (
            <Link
              to="/a/$account/webhooks/$endpoint/deliveries/$delivery"
              params={{ account, endpoint: endpoint.id, delivery: result.delivery_id }}
            >
              See its delivery
            </Link>
          )}
        </p>
      )}
      <CommandError error={test.error} />
    </FormDialog>
  );
}
