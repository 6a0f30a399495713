import { ChipList } from './chip-list.tsx';
import { chipsOf, type FlatSearch, withoutValue } from './flat.ts';

type Properties<Search extends FlatSearch> = {
  readonly search: Search;
  readonly change: (search: FlatSearch) => void;
};

/** Every filter of the address as a chip that can be removed. */
export function Chips<Search extends FlatSearch>({ search, change }: Properties<Search>) {
  const chips = chipsOf(search).map(({ name, value }) => ({
    label: name.replaceAll('_', ' '),
    value,
    remove: () => change(withoutValue(search, name, value)),
  }));
  return <ChipList name="Filters" chips={chips} />;
}
