/**
 * The one poller of the console: counts of the account, and whether anything changed. Queries that follow it are read again
 * only when something has changed.
 */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { ApiProblem, ConnectionLost, NotModified, type Schemas } from '../../client/index.ts';
import { apiOnce } from '../service/api.ts';
import { REVISION_KEY } from '../service/query-client.ts';
import { type Known, mustBeRead } from './known.ts';
import { ACTIVE_MS, nextPollMs, type PollResult } from './timing.ts';

export type Pulse = {
  /** Null before the first reply. */
  readonly stats: Schemas['JobStats'] | null;
  /** Changes whenever the jobs of the account have changed, and each minute while some are open. */
  readonly revision: string | null;
  /** When the counts were last known to be right, ms; null before the first reply. */
  readonly readAt: number | null;
  readonly isLost: boolean;
  readonly isFrozen: boolean;
  /** The revision at this moment, for a read that begins now. */
  currentRevision(): string | null;
  freeze(frozen: boolean): void;
};

const Context = createContext<Pulse | null>(null);

export function usePulse(): Pulse {
  const pulse = useContext(Context);
  if (pulse === null) throw new Error('usePulse is used outside of PulseProvider');
  return pulse;
}

type Reading = Pick<Pulse, 'stats' | 'revision' | 'readAt' | 'isLost'>;
const knownKey = (account: string) => [REVISION_KEY, account];
const NOTHING: Reading = { stats: null, revision: null, readAt: null, isLost: false };

/** Provides the pulse of one account. Its key must be the account. */
export function PulseProvider({ account, children }: { readonly account: string; readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [reading, setReading] = useState(NOTHING);
  const [isFrozen, setFrozen] = useState(false);
  const etag = useRef<string | null>(null);
  // Kept while another account is shown, so that changes of that time are read.
  const known = useRef(queries.getQueryData<Known>(knownKey(account)) ?? null);

  useEffect(() => {
    if (isFrozen) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last: PollResult = 'ok';
    let lastWaitMs = ACTIVE_MS;
    let usedAt = Date.now();
    let isPolling = false;

    async function read(): Promise<PollResult> {
      try {
        const ifNoneMatch = etag.current === null ? {} : { ifNoneMatch: etag.current };
        const reply = await apiOnce.jobs.stats({ account_id: account, signal: stop.signal, ...ifNoneMatch });
        const next = reply.entityTag ?? JSON.stringify(reply.data);
        etag.current = reply.entityTag;
        setReading({ stats: reply.data, revision: next, readAt: Date.now(), isLost: false });
        const before = known.current;
        const now = { tag: next, revision: reply.data.revision };
        known.current = now;
        queries.setQueryData(knownKey(account), now);
        void queries.invalidateQueries({ predicate: ({ meta }) => mustBeRead(meta, before, now) });
        return 'ok';
      } catch (error) {
        if (stop.signal.aborted) return 'ok';
        if (error instanceof NotModified) {
          setReading((before) => ({ ...before, readAt: Date.now(), isLost: false }));
          return 'ok';
        }
        // Without a connection, the renewal of the token fails like fetch.
        if (error instanceof ConnectionLost || error instanceof TypeError) {
          setReading((before) => ({ ...before, isLost: true }));
          return 'lost';
        }
        return error instanceof ApiProblem && (error.status === 429 || error.status === 503) ? 'busy' : 'refused';
      }
    }

    async function poll(): Promise<void> {
      clearTimeout(timer);
      if (isPolling) return;
      isPolling = true;
      last = await read();
      isPolling = false;
      plan();
    }

    function plan(): void {
      clearTimeout(timer);
      if (stop.signal.aborted) return;
      const state = { hidden: document.hidden, frozen: false, idleMs: Date.now() - usedAt, last, lastWaitMs };
      const wait = nextPollMs(state);
      if (wait === null) return;
      lastWaitMs = wait;
      timer = setTimeout(() => void poll(), wait);
    }

    const onUse = (): void => {
      usedAt = Date.now();
    };
    const onShown = (): void => {
      if (document.hidden) clearTimeout(timer);
      else void poll();
    };
    const options = { signal: stop.signal, passive: true, capture: true };
    for (const name of ['pointermove', 'keydown', 'wheel', 'touchstart'])
      document.addEventListener(name, onUse, options);
    document.addEventListener('visibilitychange', onShown, options);
    window.addEventListener('online', onShown, options);
    if (!document.hidden) void poll();
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [account, isFrozen, queries]);

  const currentRevision = useCallback(() => known.current?.tag ?? null, []);
  const pulse = useMemo(
    () => ({ ...reading, isFrozen, freeze: setFrozen, currentRevision }),
    [reading, isFrozen, currentRevision],
  );
  return <Context value={pulse}>{children}</Context>;
}
