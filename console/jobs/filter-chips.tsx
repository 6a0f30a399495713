import { dateAndTime } from '../dates/age.ts';
import { ServerText } from '../text/server-text.tsx';
import styles from './filter-chips.module.css';
import { chipsOf } from './frozen-filter.ts';

/** The conditions of a frozen filter, each as a chip. They cannot be changed. */
export function FilterChips({ filter }: { readonly filter: Readonly<Record<string, unknown>> }) {
  return (
    <ul className={styles.chips} aria-label="Filter">
      {chipsOf(filter).map(({ label, kind, value }) => (
        <li key={`${label} ${value}`} className={styles.chip}>
          {label}:{' '}
          {kind === 'time' && !Number.isNaN(Date.parse(value)) ? (
            <time dateTime={value}>{dateAndTime(value)}</time>
          ) : (
            <ServerText>{value}</ServerText>
          )}
        </li>
      ))}
    </ul>
  );
}
