import { None } from '../table/none.tsx';
import { age, dateAndTime } from './age.ts';
import { useNow } from './use-now.ts';

/** A time as its age, with the exact time as its tooltip; a dash for none. The age is renewed each second. */
export function Age({ at }: { readonly at: string | null }) {
  const now = useNow();
  if (at === null) return <None />;
  return (
    <time dateTime={at} title={dateAndTime(at)}>
      {age(at, now)}
    </time>
  );
}
