import { useEffect, useMemo, useRef } from 'react';
import { type KeyBinding, useKeys } from '../../keyboard/use-keys.ts';
import { Chips } from '../../search-parameters/chips.tsx';
import { FilterSelect } from '../../search-parameters/filter-select.tsx';
import filters from '../../search-parameters/filters.module.css';
import { PeriodSelect } from '../../search-parameters/period-select.tsx';
import styles from './mail.module.css';
import { MailboxChoice } from './mailbox-choice.tsx';
import { type MessagesSearch, readMessagesSearch } from './messages-search.ts';

const SEEN = [
  { value: 'false', label: 'Unread' },
  { value: 'true', label: 'Read' },
];
const FLAGGED = [
  { value: 'true', label: 'Flagged' },
  { value: 'false', label: 'Not flagged' },
];

type Properties = {
  readonly account: string;
  readonly search: MessagesSearch;
  readonly change: (search: MessagesSearch) => void;
};

export function MessageFilters({ account, search, change }: Properties) {
  const subject = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const mailbox = useRef<HTMLSelectElement>(null);
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { keys: '/', label: 'Search in subjects', run: () => subject.current?.focus() },
      { keys: 'f', label: 'Choose a mailbox', run: () => mailbox.current?.focus() },
    ],
    [],
  );
  useKeys(keys);
  // The fields follow the address, and keep the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another search changes what they begin with
  useEffect(() => form.current?.reset(), [JSON.stringify(search)]);
  const { credential_id, ...others } = search;
  return (
    <>
      <div className={filters.filters}>
        <MailboxChoice
          account={account}
          value={credential_id}
          choose={(chosen) => change({ ...search, credential_id: chosen })}
          selectRef={mailbox}
        />
        <FilterSelect
          label="Read or not"
          value={search.seen}
          none="Read or not"
          options={SEEN}
          choose={(seen) => change({ ...search, seen })}
        />
        <FilterSelect
          label="Flagged or not"
          value={search.flagged}
          none="Flagged or not"
          options={FLAGGED}
          choose={(flagged) => change({ ...search, flagged })}
        />
        <PeriodSelect label="Arrived in" value={search.since} choose={(since) => change({ ...search, since })} />
      </div>
      <form
        ref={form}
        className={filters.filters}
        aria-label="Search"
        onSubmit={(event) => {
          event.preventDefault();
          const entered = new FormData(event.currentTarget);
          const text = (name: string): string => String(entered.get(name) ?? '').trim();
          // The control gives the time in the viewer's zone, and `new Date` reads it so.
          const before = new Date(text('until'));
          const folder = text('folder');
          change(
            readMessagesSearch({
              ...search,
              from: text('from'),
              subject: text('subject'),
              folder: [...(search.folder ?? []), folder],
              ...(Number.isNaN(before.getTime()) ? {} : { until: before.toISOString() }),
            }),
          );
        }}
      >
        <input
          ref={subject}
          type="search"
          name="subject"
          aria-label="Words in the subject"
          placeholder="Words in the subject"
          maxLength={200}
          defaultValue={search.subject}
        />
        <input
          type="search"
          name="from"
          aria-label="Words in the sender"
          placeholder="Words in the sender"
          maxLength={200}
          defaultValue={search.from}
        />
        <input name="folder" aria-label="Another folder" placeholder="Folder, such as INBOX" autoComplete="off" />
        <label className={styles.before}>
          Arrived before <input type="datetime-local" name="until" />
        </label>
        <button type="submit">Search</button>
      </form>
      <Chips search={others} change={(next) => change(readMessagesSearch({ ...next, credential_id }))} />
    </>
  );
}
