import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type FoldersSearch, folderParametersOf } from './folders-search.ts';
import { type MessagesSearch, messageParametersOf } from './messages-search.ts';

const PAGE = 50;
const followsPulse: QueryMeta = { followsPulse: true };

/** The key of all reads of the mail of an account. A sync invalidates it. */
export const mailKey = (account: string) => ['mail', account] as const;

export type Folder = Schemas['Mailbox'] & { readonly id: string };

export const folderList = (account: string, search: FoldersSearch): ServerListRead<Folder> => ({
  key: [...mailKey(account), 'folders', search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    const { data, page } = await api.mail.mailboxes({
      account_id: account,
      limit: PAGE,
      ...folderParametersOf(search),
      ...at,
      signal,
    });
    return { data: data.map((folder) => ({ ...folder, id: `${folder.credential_id} ${folder.path}` })), page };
  },
});

export const messageList = (account: string, search: MessagesSearch): ServerListRead<Schemas['Email']> => ({
  key: [...mailKey(account), 'messages', search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    return api.mail.emails({ account_id: account, limit: PAGE, ...messageParametersOf(search), ...at, signal });
  },
});

export const messageQuery = (account: string, email: string) =>
  queryOptions({
    queryKey: [...mailKey(account), 'message', email],
    queryFn: async ({ signal }) => (await api.mail.email({ email_id: email, signal })).data,
    meta: followsPulse,
  });
