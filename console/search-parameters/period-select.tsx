import { visibleText } from '../text/visible-characters.ts';

const PERIODS = ['1h', '24h', '7d', '30d'] as const;

type Properties = {
  readonly label: string;
  /** As it is in the address; an address may hold any other text too. */
  readonly value: string | undefined;
  readonly choose: (value: string | undefined) => void;
};

/** The last hour, day, week or month. */
export function PeriodSelect({ label, value, choose }: Properties) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={({ target }) => choose(target.value === '' ? undefined : target.value)}
    >
      <option value="">Any time</option>
      {value !== undefined && !PERIODS.some((each) => each === value) && (
        <option value={value}>since {visibleText(value)}</option>
      )}
      {PERIODS.map((each) => (
        <option key={each} value={each}>
          last {each}
        </option>
      ))}
    </select>
  );
}
