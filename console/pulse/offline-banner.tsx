import { duration } from '../dates/age.ts';
import { useNow } from '../dates/use-now.ts';
import { Banner } from '../states/banner.tsx';
import { usePulse } from './pulse.tsx';

/** Shown while the service cannot be reached, with the age of the data on the page. */
export function OfflineBanner() {
  const { isLost, readAt } = usePulse();
  const now = useNow();
  if (!isLost) return null;
  return (
    <Banner tone="bad">
      No connection to the service.
      {readAt === null ? '' : ` What you see is ${duration(now - readAt)} old.`} Trying again.
    </Banner>
  );
}
