import { useSyncExternalStore } from 'react';

const NARROW = '(max-width: 48rem)';
const WIDE = '(min-width: 1280px)';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Whether rows are shown as cards. */
export const useIsNarrow = (): boolean => useMedia(NARROW);

/** Whether there is room for a list and an open entry side by side. */
export const useIsWide = (): boolean => useMedia(WIDE);
