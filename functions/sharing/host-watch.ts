/**
 * The mail servers that only time out for an account. They are stored in the row of the account's places, which is read
 * before each batch of work: a server that answers costs no extra read or write. A timeout, a success after timeouts
 * and a probe cost a read (1 unit) and a write each (1 to 4 units: the row holds at most ten servers). Only workers
 * that began after the first timeout record a success, because earlier ones have not read it.
 */
import {
  admitToHost,
  afterSuccess,
  afterTimeout,
  type HostAdmission,
  type HostRecords,
  hostKey,
  LOOK_AGAIN_MS,
  type MailServer,
} from '../domain/sharing/silent-hosts.ts';
import type { Slots } from '../ports/slots.ts';
import { shareKey } from './account-share.ts';

/** How one attempt to use a server ended; `began` in ms since the epoch. */
export type HostUse = {
  readonly how: 'served' | 'timed_out';
  readonly began: number;
  readonly probe: boolean;
};

export type HostWatch = {
  /** Whether a job may use the server now. Only this caller gets the probe. Throws the store's errors. */
  admit(server: MailServer): Promise<HostAdmission>;
  /** Records how an attempt ended. A failed write is ignored: the next attempt records it again. */
  note(server: MailServer, use: HostUse): Promise<void>;
};

export type HostWatchPorts = { readonly slots: Pick<Slots, 'hosts' | 'keepHosts'>; now(): number };

const TRIES = 5;

/** `known`: the records read with the account's place; null: nothing is known, and nothing is recorded. */
export function hostWatch(accountId: string, known: HostRecords | null, { slots, now }: HostWatchPorts): HostWatch {
  const row = shareKey('workers', accountId);
  let records = known ?? {};

  async function change(decide: (current: HostRecords) => HostRecords): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { version, hosts } = await slots.hosts(row);
      records = decide(hosts);
      if (records === hosts || (await slots.keepHosts(row, version, records, now()))) return;
    }
  }

  return {
    async admit(server) {
      const key = hostKey(server);
      const seen = admitToHost(records[key], now());
      if (seen.kind !== 'probe') return seen;
      // Of several simultaneous jobs only one becomes the probe.
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const { version, hosts } = await slots.hosts(row);
        records = hosts;
        const admission = admitToHost(hosts[key], now());
        if (admission.kind !== 'probe') return admission;
        records = { ...hosts, [key]: admission.next };
        if (await slots.keepHosts(row, version, records, now())) return admission;
      }
      return { kind: 'parked', since: seen.next.since, until: now() + LOOK_AGAIN_MS };
    },
    async note(server, { how, began, probe }) {
      if (known === null) return;
      const key = hostKey(server);
      if (how === 'served' && records[key] === undefined) return;
      const decide = (current: HostRecords): HostRecords =>
        how === 'served' ? afterSuccess(current, key) : afterTimeout(current, key, { began, probe }, now());
      await change(decide).catch(() => undefined);
    },
  };
}
