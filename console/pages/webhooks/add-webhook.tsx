import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { fieldProblem } from '../../commands/answered.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { Field } from '../../commands/field.tsx';
import { useCommand } from '../../commands/use-command.ts';
import { ActionField, MailboxField } from '../../jobs/new-job-fields.tsx';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { PROVIDERS } from './endpoint-state.ts';
import { newEndpointOf } from './form-values.ts';
import { SecretShownOnce } from './secret-shown-once.tsx';
import { webhooksKey } from './webhook-queries.ts';
import styles from './webhooks.module.css';

const SILENCES = ['1h', '6h', '24h', '7d'] as const;

/** Adds an endpoint, and shows its secret once. */
export function AddWebhook() {
  const { account } = useParams({ from: '/a/$account/webhooks/add' });
  const isOwner = useHasRole('owner');
  return (
    <Page
      title="Add an endpoint"
      aside={
        <Link to="/a/$account/webhooks" params={{ account }}>
          All endpoints
        </Link>
      }
    >
      {isOwner ? <NewEndpoint account={account} /> : <Empty title="To add an endpoint, the role owner is needed" />}
    </Page>
  );
}

function NewEndpoint({ account }: { readonly account: string }) {
  const queries = useQueryClient();
  const fields = useRef<HTMLFormElement>(null);
  const [provider, setProvider] = useState('standard');
  const [target, setTarget] = useState('credential');
  const creation = useCommand(
    async (idempotencyKey) => {
      if (fields.current === null) throw new Error('The form is gone.');
      const body = newEndpointOf(new FormData(fields.current));
      return (await api.webhookEndpoints.create({ account_id: account, body, idempotencyKey })).data;
    },
    () => void queries.invalidateQueries({ queryKey: webhooksKey(account) }),
  );
  const problem = (pointer: string): string | null => fieldProblem(creation.error, pointer);
  if (creation.result !== null)
    return (
      <section className={styles.form} aria-labelledby="added-title">
        <h2 id="added-title">
          <span role="status">✓ The endpoint is ready</span>
        </h2>
        <SecretShownOnce endpoint={creation.result} />
        <Link
          to="/a/$account/webhooks/$endpoint"
          params={{ account, endpoint: creation.result.id }}
          className={form.primaryLink}
        >
          Open the endpoint
        </Link>
      </section>
    );
  return (
    <form
      ref={fields}
      className={styles.form}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        creation.run();
      }}
    >
      <Field label="Name" hint="The name that people know the endpoint by." problem={problem('/label')}>
        {(attributes) => <input {...attributes} name="label" maxLength={200} autoComplete="off" />}
      </Field>
      <Field label="Provider" problem={problem('/provider')}>
        {(attributes) => (
          <select
            {...attributes}
            name="provider"
            value={provider}
            onChange={({ target: { value } }) => setProvider(value)}
          >
            {Object.entries(PROVIDERS).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Its events are about" problem={problem('/target')}>
        {(attributes) => (
          <select {...attributes} name="target" value={target} onChange={({ target: { value } }) => setTarget(value)}>
            <option value="credential">always the same mailbox</option>
            <option value="external_ref">the mailbox that the event names by your own id</option>
            <option value="username">the mailbox that the event names by its user name</option>
          </select>
        )}
      </Field>
      {target === 'credential' && (
        <MailboxField account={account} name="credential_id" problem={problem('/target/credential_id')} />
      )}
      <div className={form.pair}>
        <ActionField label="Each event makes a job" name="action" problem={problem('/action')} />
        <Field
          label="Silent after"
          hint="If no event comes for this long, the endpoint is silent."
          problem={problem('/silent_after')}
        >
          {(attributes) => (
            <select {...attributes} name="silent_after" defaultValue="24h">
              <option value="">never</option>
              {SILENCES.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label="Payload of the job" hint="As JSON; empty for none." problem={problem('/payload')}>
        {(attributes) => (
          <textarea {...attributes} name="payload" rows={2} spellCheck={false} placeholder='{"folder": "INBOX"}' />
        )}
      </Field>
      {(provider === 'gmail' || provider === 'microsoft_graph') && (
        <Field
          label="Settings of the provider"
          hint={
            provider === 'gmail'
              ? 'As JSON: service_account_email, subscription, audience, issuer.'
              : 'As JSON: tenant_id, subscription_ids.'
          }
          problem={problem('/settings')}
        >
          {(attributes) => <textarea {...attributes} name="settings" rows={3} spellCheck={false} />}
        </Field>
      )}
      <details className={styles.more}>
        <summary>Event types, secret of the provider</summary>
        <div className={form.form}>
          <Field
            label="Only these event types"
            hint="With spaces between them; empty for all."
            problem={problem('/event_types')}
          >
            {(attributes) => <input {...attributes} name="event_types" autoComplete="off" />}
          </Field>
          <Field
            label="Secret of the provider"
            hint="Only if the provider has chosen it; otherwise a random one is made."
            problem={problem('/secret')}
          >
            {(attributes) => (
              <input {...attributes} type="password" name="secret" autoComplete="new-password" maxLength={128} />
            )}
          </Field>
        </div>
      </details>
      <CommandError error={creation.error} />
      <div className={form.buttons}>
        <button type="submit" className={form.primary} disabled={creation.isRunning}>
          {creation.isRunning ? 'Adding …' : 'Add'}
        </button>
      </div>
    </form>
  );
}
