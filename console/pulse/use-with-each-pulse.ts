import { useEffect, useRef } from 'react';
import { usePulse } from './pulse.tsx';

/**
 * Reads again with each answer of the pulse while `isOn`: an operation goes on although no count of jobs has changed. A
 * frozen page and a hidden tab have no pulse, so they read nothing.
 */
export function useWithEachPulse(isOn: boolean, read: () => void): void {
  const { readAt } = usePulse();
  const last = useRef(readAt);
  useEffect(() => {
    if (readAt === last.current) return;
    last.current = readAt;
    if (isOn) read();
  }, [readAt, isOn, read]);
}
