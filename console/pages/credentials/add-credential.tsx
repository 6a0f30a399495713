import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { useCommand } from '../../commands/use-command.ts';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Empty } from '../../states/states.tsx';
import { ConnectionFields } from './connection-fields.tsx';
import { credentialsKey } from './credential-queries.ts';
import styles from './credentials.module.css';
import { newCredentialOf } from './form-values.ts';
import { OTHER_SERVER, PROVIDERS } from './providers.ts';
import { SecretFields } from './secret-fields.tsx';
import { TestOutcome } from './test-outcome.tsx';

const STEPS = ['connection', 'secret', 'test'] as const;
type Step = (typeof STEPS)[number];
const STEP_NAMES: Readonly<Record<Step, string>> = { connection: 'Connection', secret: 'Secret', test: 'Test & save' };

/** Adds a mailbox: where it is, the secret, a test that stores nothing, and then the credential. */
export function AddCredential() {
  const { account } = useParams({ from: '/a/$account/credentials/add' });
  const isOwner = useHasRole('owner');
  return (
    <Page
      title="Add a mailbox"
      aside={
        <Link to="/a/$account/credentials" params={{ account }}>
          All credentials
        </Link>
      }
    >
      {isOwner ? <Wizard account={account} /> : <Empty title="To add a mailbox, the role owner is needed" />}
    </Page>
  );
}

function Wizard({ account }: { readonly account: string }) {
  const fields = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>('connection');
  const [provider, setProvider] = useState(OTHER_SERVER);
  const [kind, setKind] = useState(provider.auth);
  const body = () => {
    if (fields.current === null) throw new Error('The form is gone.');
    return newCredentialOf(new FormData(fields.current));
  };
  const test = useCommand(async () => (await api.credentials.testNew({ account_id: account, body: body() })).data);
  const save = useCommand(
    async (idempotencyKey) => {
      const { data } = await api.credentials.create({ account_id: account, body: body(), idempotencyKey });
      fields.current?.reset();
      // The credential is stored. The test makes it active; if the test fails, the page of the credential says why.
      await api.credentials.test({ credential_id: data.id }).catch(() => null);
      return data.id;
    },
    (credential) => {
      void queries.invalidateQueries({ queryKey: credentialsKey(account) });
      void navigate({ to: '/a/$account/credentials/$credential', params: { account, credential } });
    },
  );
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when the step has changed
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [step]);

  const isFilledIn = (of: Step): boolean =>
    [...(fields.current?.querySelectorAll<HTMLInputElement>(`[data-step="${of}"] :is(input, select, textarea)`) ?? [])]
      .filter((control) => !control.checkValidity())
      .every((control) => {
        control.closest('details')?.setAttribute('open', '');
        return control.reportValidity();
      });
  const go = (to: Step): void => {
    test.forget();
    save.forget();
    setStep(to);
  };
  const next = (): void => {
    if (!isFilledIn(step)) return;
    if (step === 'connection') go('secret');
    else if (step === 'secret') {
      go('test');
      test.run();
    } else if (test.result?.ok === true) save.run();
    else test.run();
  };
  const error = save.error ?? test.error;
  const isBusy = test.isRunning || save.isRunning;
  return (
    <form
      ref={fields}
      className={styles.wizard}
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) next();
      }}
    >
      <ol className={styles.steps} aria-label="Steps">
        {STEPS.map((each, index) => (
          <li key={each} aria-current={each === step ? 'step' : undefined}>
            {index + 1}. {STEP_NAMES[each]}
          </li>
        ))}
      </ol>
      <h2 ref={heading} tabIndex={-1} className={styles.stepTitle}>
        {STEP_NAMES[step]}
      </h2>
      <div data-step="connection" hidden={step !== 'connection'} className={form.form}>
        <fieldset className={styles.providers}>
          <legend>Provider</legend>
          {PROVIDERS.map((each) => (
            <label key={each.name} className={styles.provider}>
              <input
                type="radio"
                name="provider"
                checked={each === provider}
                onChange={() => {
                  setProvider(each);
                  setKind(each.auth);
                }}
              />{' '}
              {each.name}
            </label>
          ))}
        </fieldset>
        {provider.hint !== null && <p className={styles.quiet}>{provider.hint}</p>}
        <ConnectionFields
          key={provider.name}
          defaults={{ ...EMPTY, host: provider.host, port: provider.port }}
          error={error}
        />
      </div>
      <div data-step="secret" hidden={step !== 'secret'} className={form.form}>
        <fieldset className={styles.providers}>
          <legend>Sign in with</legend>
          <label className={styles.provider}>
            <input
              type="radio"
              name="auth_kind"
              value="password"
              checked={kind === 'password'}
              onChange={() => setKind('password')}
            />{' '}
            Password
          </label>
          <label className={styles.provider}>
            <input
              type="radio"
              name="auth_kind"
              value="oauth2"
              checked={kind === 'oauth2'}
              onChange={() => setKind('oauth2')}
            />{' '}
            OAuth 2.0
          </label>
        </fieldset>
        <SecretFields kind={kind} error={error} tokenUrl={provider.tokenUrl} scope={provider.scope} />
        {kind === 'oauth2' && (
          <p className={styles.quiet}>
            The test uses the refresh token once. If your provider takes each refresh token only once, save without the
            test: it is tested after it is stored.
          </p>
        )}
      </div>
      <div hidden={step !== 'test'} className={form.form}>
        {test.isRunning && <p role="status">Signing in, for at most 20 seconds. Nothing is stored …</p>}
        {save.isRunning && <p role="status">Saving, and signing in once more …</p>}
        {test.result !== null && !save.isRunning && <TestOutcome test={test.result} />}
        <CommandError error={error} />
      </div>
      <div className={form.buttons}>
        {step !== 'test' && (
          <button type="submit" className={form.primary}>
            {step === 'connection' ? 'Next: secret' : 'Test'}
          </button>
        )}
        {step === 'secret' && kind === 'oauth2' && (
          <button
            type="button"
            onClick={() => {
              if (!isFilledIn('secret')) return;
              go('test');
              save.run();
            }}
          >
            Save without the test
          </button>
        )}
        {step === 'test' && (
          <>
            <button type="submit" className={form.primary} disabled={isBusy}>
              {test.result?.ok === true ? 'Save' : 'Test again'}
            </button>
            <button type="button" disabled={isBusy} onClick={() => go('secret')}>
              Change the secret
            </button>
            {test.result?.ok === false && (
              <button type="button" disabled={isBusy} onClick={save.run}>
                Save anyway
              </button>
            )}
          </>
        )}
        {step !== 'connection' && (
          <button type="button" disabled={isBusy} onClick={() => go('connection')}>
            {step === 'test' ? 'Change the connection' : 'Back'}
          </button>
        )}
      </div>
      {error instanceof ApiProblem && error.status === 422 && step === 'test' && (
        <p className={styles.quiet}>Go back to the step of the field: it is marked there.</p>
      )}
    </form>
  );
}

const EMPTY = {
  host: null,
  port: 993,
  security_mode: 'ssl_tls',
  max_connections: 3,
  label: null,
  external_ref: null,
} as const;
