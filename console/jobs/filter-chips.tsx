import { ChipList } from '../search-parameters/chip-list.tsx';
import { chipsOf } from './frozen-filter.ts';

/** The conditions of a frozen filter. They cannot be changed. */
export function FilterChips({ filter }: { readonly filter: Readonly<Record<string, unknown>> }) {
  const chips = chipsOf(filter).map(({ label, kind, value }) => ({ label, value, isTime: kind === 'time' }));
  return <ChipList name="Filter" chips={chips} />;
}
