import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/index.ts';
import { ServerText } from '../text/server-text.tsx';
import { api } from './api.ts';
import { mailboxName } from './mailbox-name.ts';

const MAX_NAMES = 100;

/** The newest mailboxes of the account by their ids, for names and choices. */
export const mailboxNamesQuery = (account: string) =>
  queryOptions({
    queryKey: ['credentials', account, 'names'],
    queryFn: async ({ signal }) => {
      const { data } = await api.credentials.list({ account_id: account, limit: MAX_NAMES, signal });
      return new Map<string, Schemas['Credential']>(data.map((credential) => [credential.id, credential]));
    },
  });

type Properties = { readonly account: string; readonly credential: string };

/** The name of the mailbox; its id, if it is not among the newest. */
export function MailboxName({ account, credential }: Properties) {
  const { data: names, isPending } = useQuery(mailboxNamesQuery(account));
  if (isPending) return null;
  const named = names?.get(credential);
  return <ServerText oneLine>{named === undefined ? credential : mailboxName(named) || credential}</ServerText>;
}
