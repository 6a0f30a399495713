import type { Schemas } from '../../../client/index.ts';
import { fieldProblem } from '../../commands/answered.ts';
import { Field } from '../../commands/field.tsx';

type Properties = {
  readonly kind: Schemas['Credential']['auth_kind'];
  readonly error: Error | null;
  /** Whether the fields must be filled in. */
  readonly isRequired?: boolean;
  /** The present user name of the credential, shortened. */
  readonly usernameNow?: string | null;
  readonly tokenUrl?: string;
  readonly scope?: string;
};

/**
 * The fields for the secret. Its value is only in these fields: not in a state, a storage or the address.
 * `new-password` keeps browsers from filling in the password of another page, and from offering to store this one.
 */
export function SecretFields({
  kind,
  error,
  isRequired = true,
  usernameNow = null,
  tokenUrl = '',
  scope = '',
}: Properties) {
  const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
  const hidden = { type: 'password', autoComplete: 'new-password', spellCheck: false } as const;
  const problem = (name: string): string | null => fieldProblem(error, `/secret/${name}`);
  return (
    <>
      <Field
        label="User name"
        hint={
          usernameNow === null
            ? 'Often the mail address.'
            : `Now ${usernameNow}. Another user name counts as another mailbox.`
        }
        problem={problem('username')}
      >
        {(attributes) => <input {...attributes} {...plain} name="username" required={isRequired} maxLength={320} />}
      </Field>
      {kind === 'password' ? (
        <Field label="Password" hint="Or an app password." problem={problem('password')}>
          {(attributes) => (
            <input {...attributes} {...hidden} name="password" required={isRequired} maxLength={1_024} />
          )}
        </Field>
      ) : (
        <>
          <Field label="Client id" hint="Of your application at the provider." problem={problem('client_id')}>
            {(attributes) => (
              <input {...attributes} {...plain} name="client_id" required={isRequired} maxLength={1_024} />
            )}
          </Field>
          <Field label="Client secret" problem={problem('client_secret')}>
            {(attributes) => (
              <input {...attributes} {...hidden} name="client_secret" required={isRequired} maxLength={1_024} />
            )}
          </Field>
          <Field label="Refresh token" problem={problem('refresh_token')}>
            {(attributes) => (
              <input {...attributes} {...hidden} name="refresh_token" required={isRequired} maxLength={8_192} />
            )}
          </Field>
          <Field label="Token address" problem={problem('token_url')}>
            {(attributes) => (
              <input
                key={tokenUrl}
                {...attributes}
                {...plain}
                name="token_url"
                type="url"
                defaultValue={tokenUrl}
                required={isRequired}
                maxLength={2_048}
              />
            )}
          </Field>
          <Field label="Scope" hint="If the provider needs one." problem={problem('scope')}>
            {(attributes) => (
              <input key={scope} {...attributes} {...plain} name="scope" defaultValue={scope} maxLength={2_048} />
            )}
          </Field>
        </>
      )}
    </>
  );
}
