import type { Schemas } from '../../../client/index.ts';
import { type JobsSearch, type ListField, toggled } from '../../jobs/jobs-search.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './jobs.module.css';

type Properties = {
  readonly facets: Schemas['Facets'];
  /** The numbers are those of the jobs that were examined, and there may be more. */
  readonly isPartial: boolean;
  readonly search: JobsSearch;
  readonly change: (search: JobsSearch) => void;
};

const MAX_VALUES = 6;

/** How many of the matching jobs have each value. A click on a value makes it a filter. */
export function Facets({ facets, isPartial, search, change }: Properties) {
  return (
    <div className={styles.facets}>
      <dl className={styles.facets}>
        <Facet field="status" label="Status" counts={facets.status ?? {}} search={search} change={change} />
        <Facet field="code" label="Code" counts={facets.last_error_code ?? {}} search={search} change={change} />
        <Facet field="action" label="Action" counts={facets.action ?? {}} search={search} change={change} />
      </dl>
      {isPartial && <span className={styles.quiet}>among the jobs that were examined: there may be more</span>}
    </div>
  );
}

function Facet({
  field,
  label,
  counts,
  search,
  change,
}: Omit<Properties, 'facets' | 'isPartial'> & {
  readonly field: ListField;
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
}) {
  const values = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MAX_VALUES);
  if (values.length === 0) return null;
  return (
    <div className={styles.facet}>
      <dt>{label}</dt>
      {values.map(([value, count]) => (
        <dd key={value}>
          <button
            type="button"
            aria-pressed={(search[field] ?? []).some((each) => each === value)}
            onClick={() => change(toggled(search, field, value))}
          >
            <ServerText>{value}</ServerText> <strong>{count.toLocaleString()}</strong>
          </button>
        </dd>
      ))}
    </div>
  );
}
