/** Values that a person may mean for a field of the filter. Any other value can be typed too. */
import type { Schemas } from '../../../client/index.ts';
import { ACTIONS, actionWords } from '../../jobs/job-actions.ts';
import type { ListField } from '../../jobs/jobs-search.ts';
import { mailboxName } from '../../service/mailbox-name.ts';
import { JOB_STATUSES } from '../../status/job-statuses.ts';
import { visibleText } from '../../text/visible-characters.ts';

export type FilterValue = {
  readonly value: string;
  /** What it means; null: the value says it all. */
  readonly label: string | null;
};

type Known = {
  readonly failures: readonly Pick<Schemas['Failure'], 'code' | 'category' | 'title'>[];
  readonly mailboxes: readonly Pick<Schemas['Credential'], 'id' | 'label' | 'username_masked' | 'host'>[];
};

const plain = (values: readonly string[]): readonly FilterValue[] =>
  [...new Set(values)].sort().map((value) => ({ value, label: null }));

/** The values of a field: statuses and actions, codes and categories of the catalogue, mailboxes and their servers. */
export function filterValues(field: ListField, { failures, mailboxes }: Known): readonly FilterValue[] {
  switch (field) {
    case 'status':
      return JOB_STATUSES.map((value) => ({ value, label: null }));
    case 'action':
      return ACTIONS.map((value) => ({ value, label: actionWords(value) }));
    case 'code':
      return failures.map(({ code, title }) => ({ value: code, label: title }));
    case 'category':
      return plain(failures.map(({ category }) => category));
    case 'credential':
      return mailboxes.map((mailbox) => ({ value: mailbox.id, label: visibleText(mailboxName(mailbox)) }));
    case 'host':
      return plain(mailboxes.flatMap(({ host }) => (host === null ? [] : [host])));
    default:
      return [];
  }
}
