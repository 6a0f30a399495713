import { dateAndTime } from '../dates/age.ts';
import { ServerText } from '../text/server-text.tsx';
import { visibleText } from '../text/visible-characters.ts';
import styles from './chips.module.css';

export type ShownChip = {
  readonly label: string;
  /** Null: the label says it all. */
  readonly value: string | null;
  readonly isTime?: boolean;
  /** Absent: it cannot be removed. */
  readonly remove?: () => void;
};

/** The conditions of a filter, each as a chip. `name` of the list. */
export function ChipList({ name, chips }: { readonly name: string; readonly chips: readonly ShownChip[] }) {
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={name}>
      {chips.map(({ label, value, isTime = false, remove }) => (
        <li key={`${label} ${value}`} className={styles.chip}>
          <span className={styles.text}>
            {label}
            {value !== null && ': '}
            {value !== null &&
              (isTime && !Number.isNaN(Date.parse(value)) ? (
                <time dateTime={value}>{dateAndTime(value)}</time>
              ) : (
                <ServerText>{value}</ServerText>
              ))}
          </span>
          {remove !== undefined && (
            <button
              type="button"
              aria-label={['Remove', label, ...(value === null || isTime ? [] : [visibleText(value)])].join(' ')}
              onClick={({ currentTarget }) => {
                focusNeighbour(currentTarget);
                remove();
              }}
            >
              ×
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The focus goes to the next chip, or to the heading of the page if there is none: the button that had it goes away. */
function focusNeighbour(button: HTMLButtonElement): void {
  const buttons = [...(button.closest('ul')?.querySelectorAll('button') ?? [])];
  const at = buttons.indexOf(button);
  const next = buttons[at + 1] ?? buttons[at - 1] ?? document.querySelector<HTMLElement>('h1');
  next?.focus();
}
