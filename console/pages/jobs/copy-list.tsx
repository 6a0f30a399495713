import { CopyAs } from '../../commands/copy-as.tsx';
import type { JobsSearch } from '../../jobs/jobs-search.ts';
import { listAsCurl, listAsInboxctl, listAsLink } from './list-as.ts';

export function CopyList({ account, search }: { readonly account: string; readonly search: JobsSearch }) {
  return (
    <CopyAs
      label="Copy this list as …"
      forms={[
        { name: 'link', text: listAsLink(location.origin, account, search) },
        { name: 'curl', text: listAsCurl(location.origin, account, search) },
        { name: 'inboxctl', text: listAsInboxctl(account, search) },
      ]}
    />
  );
}
