import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import form from '../../commands/commands.module.css';
import { Field } from '../../commands/field.tsx';
import styles from './credentials.module.css';

export type ConnectionDefaults = Pick<
  Schemas['Credential'],
  'host' | 'port' | 'security_mode' | 'max_connections' | 'label' | 'external_ref'
>;

type Properties = {
  readonly defaults: ConnectionDefaults;
  readonly error: Error | null;
  /** Controls that belong to the certificates, beside their field. */
  readonly certificates?: ReactNode;
};

/** The server of a mailbox, and its names. The fields hold their values themselves. */
export function ConnectionFields({ defaults, error, certificates }: Properties) {
  return (
    <>
      <Field label="Name" hint="The name that people know the mailbox by." problem={fieldProblem(error, '/label')}>
        {(attributes) => (
          <input {...attributes} name="label" defaultValue={defaults.label ?? ''} maxLength={200} autoComplete="off" />
        )}
      </Field>
      <div className={form.pair}>
        <Field label="Host" problem={fieldProblem(error, '/host')}>
          {(attributes) => (
            <input
              {...attributes}
              name="host"
              defaultValue={defaults.host ?? ''}
              required
              maxLength={253}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="imap.example.com"
            />
          )}
        </Field>
        <Field label="Port" problem={fieldProblem(error, '/port')}>
          {(attributes) => (
            <input
              {...attributes}
              name="port"
              type="number"
              defaultValue={defaults.port ?? 993}
              required
              min={1}
              max={65_535}
              autoComplete="off"
            />
          )}
        </Field>
      </div>
      <Field
        label="Encryption"
        hint="Usually port 993 with TLS from the start, port 143 with STARTTLS."
        problem={fieldProblem(error, '/security_mode')}
      >
        {(attributes) => (
          <select {...attributes} name="security_mode" defaultValue={defaults.security_mode ?? 'ssl_tls'}>
            <option value="ssl_tls">TLS from the start</option>
            <option value="starttls">STARTTLS before the login</option>
            <option value="none">None, for tests</option>
          </select>
        )}
      </Field>
      <details className={styles.more}>
        <summary>Certificate, connections, your own id</summary>
        <div className={form.form}>
          {certificates}
          <Field
            label="Certificate to trust"
            hint="In PEM. Needed only if no public authority signed the certificate of the server."
            problem={fieldProblem(error, '/tls_ca_pem')}
          >
            {(attributes) => (
              <textarea
                {...attributes}
                name="tls_ca_pem"
                rows={3}
                maxLength={16_384}
                spellCheck={false}
                placeholder="-----BEGIN CERTIFICATE-----"
              />
            )}
          </Field>
          <div className={form.pair}>
            <Field label="Connections at once" problem={fieldProblem(error, '/max_connections')}>
              {(attributes) => (
                <input
                  {...attributes}
                  name="max_connections"
                  type="number"
                  defaultValue={defaults.max_connections ?? 3}
                  required
                  min={1}
                  max={10}
                  autoComplete="off"
                />
              )}
            </Field>
            <Field
              label="Your own id"
              hint="Webhook events can name the mailbox by it."
              problem={fieldProblem(error, '/external_ref')}
            >
              {(attributes) => (
                <input
                  {...attributes}
                  name="external_ref"
                  defaultValue={defaults.external_ref ?? ''}
                  maxLength={200}
                  autoComplete="off"
                />
              )}
            </Field>
          </div>
        </div>
      </details>
    </>
  );
}
