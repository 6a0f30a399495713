import { useMatches, useRouter } from '@tanstack/react-router';
import { Banner } from '../states/banner.tsx';
import { ServerText } from '../text/server-text.tsx';
import { stringifyFlat, unusedKeys } from './flat.ts';

/** Says which parts of the address the page does not use, so that nobody takes the list for a filtered one. */
export function UnusedNotice() {
  const matches = useMatches();
  const { history } = useRouter();
  // The search of the first route is the address as it is, that of the last one is the search of the page.
  const [address, used] = [matches[0]?.search ?? {}, matches.at(-1)?.search ?? {}];
  const names = unusedKeys(address, used);
  if (names.length === 0) return null;
  const remove = (): void => {
    const { pathname, hash } = history.location;
    history.replace(`${pathname}${stringifyFlat(used)}${hash}`);
  };
  return (
    <Banner tone="warn" action={{ label: 'Remove it from the address', run: remove }}>
      This page does not know a part of its address, and does not use it: <ServerText>{names.join(', ')}</ServerText>
    </Banner>
  );
}
