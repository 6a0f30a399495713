import type { Schemas } from '../../../client/index.ts';
import { type JobsSearch, type ListField, toggled } from '../../jobs/jobs-search.ts';
import { ServerText } from '../../text/server-text.tsx';
import styles from './jobs.module.css';

type Properties = {
  readonly facets: Schemas['Facets'];
  readonly search: JobsSearch;
  readonly change: (search: JobsSearch) => void;
};

const MAX_VALUES = 6;

/** How many of the matching jobs have each value. A click on a value makes it a filter. */
export function Facets({ facets, search, change }: Properties) {
  return (
    <dl className={styles.facets}>
      <Facet field="status" label="Status" counts={facets.status ?? {}} search={search} change={change} />
      <Facet field="code" label="Code" counts={facets.last_error_code ?? {}} search={search} change={change} />
      <Facet field="action" label="Action" counts={facets.action ?? {}} search={search} change={change} />
    </dl>
  );
}

function Facet({
  field,
  label,
  counts,
  search,
  change,
}: Omit<Properties, 'facets'> & {
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
