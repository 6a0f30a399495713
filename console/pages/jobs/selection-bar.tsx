import { type BulkAction, bulkActionWords, MAX_NAMED } from '../../jobs/bulk-actions.ts';
import styles from './jobs.module.css';
import { isNothing, type Selection } from './selection.ts';

type Properties = {
  readonly selection: Selection;
  /** How many jobs match the filter, as words such as `412`. */
  readonly matching: string;
  /** The actions that the role allows. */
  readonly actions: readonly BulkAction[];
  readonly act: (action: BulkAction) => void;
  /** Null: the role may not act on a filter, or there is no filter. */
  readonly selectAll: (() => void) | null;
  readonly clear: () => void;
};

const KEYS: Readonly<Partial<Record<BulkAction, string>>> = { retry: 'r', resolve: 'e', trigger: 't' };

/** The commands for the selected jobs. On a phone they are at the bottom of the screen. */
export function SelectionBar({ selection, matching, actions, act, selectAll, clear }: Properties) {
  if (isNothing(selection)) return null;
  return (
    <section className={styles.bar} aria-label="Selection">
      <span role="status">
        {selection === 'all' ? `All that match (${matching}) selected` : `${selection.size} on screen selected`}
        {selection !== 'all' && selection.size >= MAX_NAMED && `, the most at once`}
      </span>
      {selectAll !== null && selection !== 'all' && (
        <button type="button" onClick={selectAll}>
          Select all that match ({matching}) <kbd>a</kbd>
        </button>
      )}
      <span className={styles.actions}>
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            className={action === 'delete' ? styles.delete : undefined}
            onClick={() => act(action)}
          >
            {bulkActionWords(action)} {KEYS[action] !== undefined && <kbd>{KEYS[action]}</kbd>}
          </button>
        ))}
      </span>
      <button type="button" onClick={clear}>
        Clear <kbd>Esc</kbd>
      </button>
    </section>
  );
}
