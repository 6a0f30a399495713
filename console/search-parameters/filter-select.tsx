import type { ComponentProps } from 'react';
import { visibleText } from '../text/visible-characters.ts';

type Option = { readonly value: string; readonly label: string };

type Properties = Pick<ComponentProps<'select'>, 'ref'> & {
  readonly label: string;
  /** As it is in the address; an address may hold any other text too. */
  readonly value: string | undefined;
  /** The label of no filter. */
  readonly none: string;
  readonly options: readonly Option[];
  readonly choose: (value: string | undefined) => void;
};

/** A filter with one of some values. A value that is not among them is shown too, because the list is filtered by it. */
export function FilterSelect({ ref, label, value, none, options, choose }: Properties) {
  return (
    <select
      ref={ref}
      aria-label={label}
      value={value ?? ''}
      onChange={({ target }) => choose(target.value === '' ? undefined : target.value)}
    >
      <option value="">{none}</option>
      {value !== undefined && !options.some((each) => each.value === value) && (
        <option value={value}>{visibleText(value)}</option>
      )}
      {options.map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ))}
    </select>
  );
}
