import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import type { Schemas } from '../../../client/index.ts';
import { dateAndTime } from '../../dates/age.ts';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { MailboxName } from '../../service/mailbox-names.tsx';
import { Page } from '../../states/page.tsx';
import { Refusal } from '../../states/refusal.tsx';
import { Loading } from '../../states/states.tsx';
import { None } from '../../table/none.tsx';
import { ServerText } from '../../text/server-text.tsx';
import { visibleText } from '../../text/visible-characters.ts';
import styles from './mail.module.css';
import { messageQuery } from './mail-queries.ts';
import { addressWords, sizeWords } from './mail-words.ts';

type Email = Schemas['Email'];

/** The stored metadata of one message. Its contents are never stored. */
export function Message() {
  const { account, email: id } = useParams({ from: '/a/$account/messages/$email' });
  const search = useSearch({ from: '/a/$account/messages/$email' });
  const navigate = useNavigate();
  const { data: email, error, refetch } = useQuery(messageQuery(account, id));
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      {
        keys: 'Escape',
        label: 'Back to the messages',
        run: () => void navigate({ to: '/a/$account/messages', params: { account }, search }),
      },
    ],
    [account, navigate, search],
  );
  useKeys(keys);
  const back = (
    <Link to="/a/$account/messages" params={{ account }} search={search}>
      Back to the messages
    </Link>
  );
  if (email === undefined)
    return (
      <Page title="Message" aside={back}>
        {error === null ? (
          <Loading what="the message" />
        ) : (
          <Refusal error={error} what="This message" again={() => void refetch()} />
        )}
      </Page>
    );
  const { subject } = email;
  return (
    <Page title={subject === null || subject === '' ? 'No subject' : visibleText(subject)} aside={back}>
      {email.unreadable && (
        <p className={styles.notice}>The mail server reports nothing about this message: only its UID is known.</p>
      )}
      <Facts account={account} email={email} />
      <p className={styles.quiet}>This is all that is stored, as the last sync saw it. Contents are never stored.</p>
    </Page>
  );
}

function Facts({ account, email }: { readonly account: string; readonly email: Email }) {
  const { credential_id, folder, size, flags } = email;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['From', <People key="from" people={email.from} />],
    ['To', <People key="to" people={email.to} />],
    ['Cc', <People key="cc" people={email.cc} />],
    ['Arrived', <Instant key="arrived" at={email.internal_date} />],
    ['Date, as the sender wrote it', <Instant key="date" at={email.date} />],
    ['Size', size === null ? <None key="size" /> : `${sizeWords(size)} (${size.toLocaleString()} bytes)`],
    ['Flags', <Text key="flags" text={flags.join(' ')} />],
    [
      'Mailbox',
      <Link key="mailbox" to="/a/$account/credentials/$credential" params={{ account, credential: credential_id }}>
        <MailboxName account={account} credential={credential_id} />
      </Link>,
    ],
    [
      'Folder',
      <Link key="folder" to="/a/$account/messages" params={{ account }} search={{ credential_id, folder: [folder] }}>
        <ServerText>{folder}</ServerText>
      </Link>,
    ],
    ['UID', `${email.uid} (UIDVALIDITY ${email.uid_validity})`],
    ['Message-ID', <Text key="message" text={email.message_id} />],
    ['Id of the provider', <Text key="provider" text={email.provider_message_id} />],
    ['Conversation', <Text key="thread" text={email.provider_thread_id} />],
    ['Id', <code key="id">{email.id}</code>],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const Text = ({ text }: { readonly text: string | null }) =>
  text === null || text === '' ? <None /> : <ServerText>{text}</ServerText>;

function Instant({ at }: { readonly at: string | null }) {
  return at === null ? <None /> : <time dateTime={at}>{dateAndTime(at)}</time>;
}

function People({ people }: { readonly people: Email['from'] }) {
  if (people.length === 0) return <None />;
  return (
    <ul>
      {people.map((person, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an address may be there twice
        <li key={index}>
          <ServerText>{addressWords(person)}</ServerText>
        </li>
      ))}
    </ul>
  );
}
