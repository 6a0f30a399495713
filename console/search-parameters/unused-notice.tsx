import { useLocation, useMatches, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { Banner } from '../states/banner.tsx';
import { ServerText } from '../text/server-text.tsx';
import { unusedKeys } from './flat.ts';

/**
 * Says which parts of the address the page does not use, so that nobody takes the list for a filtered one. The router
 * takes them out of the address, so the address is the one with which the console was started. Links of the console have
 * no such parts.
 */
export function UnusedNotice() {
  const { start } = useRouter().options.context;
  const { pathname } = useLocation();
  const used = useMatches().at(-1)?.search ?? {};
  const [names, setNames] = useState(() => (pathname === start.pathname ? unusedKeys(start.search, used) : []));
  if (names.length === 0 || pathname !== start.pathname) return null;
  return (
    <Banner tone="warn" action={{ label: 'Close', run: () => setNames([]) }}>
      This page does not know a part of its address, and does not use it: <ServerText>{names.join(', ')}</ServerText>
    </Banner>
  );
}
