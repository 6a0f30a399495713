import { visibleText } from '../text/visible-characters.ts';
import { FilterSelect } from './filter-select.tsx';

const PERIODS = ['1h', '24h', '7d', '30d'].map((value) => ({ value, label: `last ${value}` }));

type Properties = {
  readonly label: string;
  /** As it is in the address; an address may hold any other text too. */
  readonly value: string | undefined;
  readonly choose: (value: string | undefined) => void;
};

/** The last hour, day, week or month. */
export function PeriodSelect({ label, value, choose }: Properties) {
  const isOther = value !== undefined && !PERIODS.some((each) => each.value === value);
  return (
    <FilterSelect
      label={label}
      value={value}
      none="Any time"
      options={isOther ? [{ value, label: `since ${visibleText(value)}` }, ...PERIODS] : PERIODS}
      choose={choose}
    />
  );
}
