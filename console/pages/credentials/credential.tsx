import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { CommandError } from '../../commands/command-error.tsx';
import form from '../../commands/commands.module.css';
import { useCommand } from '../../commands/use-command.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { api } from '../../service/api.ts';
import { useHasRole } from '../../service/who.ts';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import { CredentialFacts } from './credential-facts.tsx';
import { CredentialHealth } from './credential-health.tsx';
import { credentialQuery, credentialsKey } from './credential-queries.ts';
import styles from './credentials.module.css';
import { readCredentialsSearch } from './credentials-search.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { Folders } from './folders.tsx';
import { nameOf } from './health.ts';
import { PauseDialog } from './pause-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { TestOutcome } from './test-outcome.tsx';
import { WhyAndNext } from './why-and-next.tsx';

/** One mailbox: whether logins work, why not, the next step, and its folders. */
export function Credential() {
  const { account, credential: id } = useParams({ from: '/a/$account/credentials/$credential' });
  const navigate = useNavigate();
  const search = useSearch({ from: '/a/$account/credentials/$credential' });
  const listSearch = useMemo(() => readCredentialsSearch({ ...search }), [search]);
  const { data: credential, error, refetch } = useQuery(credentialQuery(account, id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the list',
        run: () => void navigate({ to: '/a/$account/credentials', params: { account }, search: listSearch }),
      },
    ],
    [account, navigate, listSearch],
  );
  useKeys(keys);
  const back = (
    <Link to="/a/$account/credentials" params={{ account }} search={listSearch}>
      All credentials
    </Link>
  );
  if (credential === undefined)
    return (
      <Page title="Credential" aside={back}>
        {error === null ? (
          <Loading what="the credential" />
        ) : (
          <Refusal error={error} what="This credential" again={() => void refetch()} />
        )}
      </Page>
    );
  return (
    <Page title={visibleText(nameOf(credential))} aside={back}>
      <div className={styles.head}>
        <CredentialHealth credential={credential} /> <code>{credential.id}</code>
      </div>
      <Commands account={account} credential={credential} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <WhyAndNext account={account} credential={credential} />
          <Folders account={account} credential={id} />
        </div>
        <CredentialFacts account={account} credential={credential} />
      </div>
    </Page>
  );
}

type DialogName = 'edit' | 'pause' | 'delete';
type Properties = { readonly account: string; readonly credential: Schemas['Credential'] };

/** All commands need the role owner. For other roles they are not in the document. */
function Commands({ account, credential }: Properties) {
  const isOwner = useHasRole('owner');
  const { rotate } = useSearch({ from: '/a/$account/credentials/$credential' });
  if (isOwner) return <OwnerCommands account={account} credential={credential} isRotating={rotate === '1'} />;
  return rotate === '1' ? <p className={styles.quiet}>To rotate it, the role owner is needed.</p> : null;
}

function OwnerCommands({ account, credential, isRotating }: Properties & { readonly isRotating: boolean }) {
  const [dialog, open] = useState<DialogName | null>(null);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/a/$account/credentials/$credential' });
  const { id } = credential;
  const test = useCommand(
    async (idempotencyKey) => (await api.credentials.test({ credential_id: id, idempotencyKey })).data,
    () => void queries.invalidateQueries({ queryKey: credentialsKey(account) }),
  );
  const close = (): void => open(null);
  const rotating = (rotate: '1' | undefined): void =>
    void navigate({
      to: '/a/$account/credentials/$credential',
      params: { account, credential: id },
      search: { ...search, rotate },
      replace: true,
      resetScroll: false,
    });
  const shared = { account, credential, close };
  return (
    <>
      <div className={styles.commands}>
        <button
          type="button"
          className={form.primary}
          onClick={() => {
            test.forget();
            rotating('1');
          }}
        >
          Rotate & test
        </button>
        <button type="button" disabled={test.isRunning} onClick={test.run}>
          {test.isRunning ? 'Testing …' : 'Test'}
        </button>
        <button type="button" onClick={() => open('edit')}>
          Update connection
        </button>
        <button type="button" onClick={() => open('pause')}>
          {credential.status === 'paused' ? 'Resume' : 'Pause'}
        </button>
        <button type="button" className={form.danger} onClick={() => open('delete')}>
          Delete
        </button>
      </div>
      {test.isRunning && (
        <p role="status" className={styles.quiet}>
          Signing in, for at most 20 seconds …
        </p>
      )}
      {test.result !== null && <TestOutcome test={test.result} />}
      <CommandError error={test.error} />
      {isRotating && <RotateDialog {...shared} close={() => rotating(undefined)} />}
      {dialog === 'edit' && <EditDialog {...shared} test={test.run} />}
      {dialog === 'pause' && <PauseDialog {...shared} />}
      {dialog === 'delete' && <DeleteDialog {...shared} />}
    </>
  );
}
