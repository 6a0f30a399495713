/** The search of the mailboxes page: the filters of its folders. The names are those of the API. */
import type { Input } from '../../../client/index.ts';
import { many, one, present, uncheckedFor, yesOrNo } from '../../search-parameters/flat.ts';

export type FoldersSearch = {
  readonly credential_id?: string | undefined;
  /** Only folders that cannot be read. */
  readonly in_error?: string | undefined;
  /** Failure codes. */
  readonly last_error_code?: readonly string[] | undefined;
};

export function readFoldersSearch(raw: Record<string, unknown>): FoldersSearch {
  return present({
    credential_id: one(raw.credential_id),
    in_error: one(raw.in_error),
    last_error_code: many(raw.last_error_code),
  });
}

type Parameters = Omit<Input<'listMailboxes'>, 'account_id'>;

/** The parameters for the API. They may hold values that it refuses, because an address may hold any text. */
export const folderParametersOf = ({ in_error, ...texts }: FoldersSearch): Parameters =>
  uncheckedFor({ ...texts, in_error: yesOrNo(in_error) });
