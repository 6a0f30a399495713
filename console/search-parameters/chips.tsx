import { ServerText } from '../text/server-text.tsx';
import { visibleText } from '../text/visible-characters.ts';
import styles from './chips.module.css';
import { chipsOf, type FlatSearch, withoutValue } from './flat.ts';

type Properties<Search extends FlatSearch> = {
  readonly search: Search;
  readonly change: (search: FlatSearch) => void;
};

/** Every filter of the address as a chip that can be removed. */
export function Chips<Search extends FlatSearch>({ search, change }: Properties<Search>) {
  const chips = chipsOf(search);
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label="Filters">
      {chips.map(({ name, value }) => (
        <li key={`${name} ${value}`} className={styles.chip}>
          {name.replaceAll('_', ' ')}: <ServerText>{value}</ServerText>
          <button
            type="button"
            aria-label={`Remove ${name.replaceAll('_', ' ')} ${visibleText(value)}`}
            onClick={() => change(withoutValue(search, name, value))}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
