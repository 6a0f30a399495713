import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import type { SyncMessagesResult } from '../../../functions/domain/action/imap-sync-messages.ts';
import { syncMessagesResult } from '../../../functions/domain/action/imap-sync-messages.ts';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import type { MailStore } from '../../../functions/ports/mail-store.ts';
import type { ConnectionSettings, FlagRow, MailboxList, MailboxSession } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { syncMailboxes } from '../../../functions/worker/actions/sync-mailboxes.ts';
import { syncMessages } from '../../../functions/worker/actions/sync-messages.ts';
import { endedOnDemand } from '../../adapters/imap/quiet-sockets.ts';
import type { Dynoxide } from '../../fixtures/dynoxide.ts';

export const ACCOUNT = 'acc_sync';
/** Minutes: not reached on slow machines. `endSilence` times out clients that wait for a silent server at once. */
const TIMEOUTS = { connectMs: 300_000, greetingMs: 300_000, socketMs: 300_002, commandMs: 600_000 };
export const endSilence = endedOnDemand(TIMEOUTS.socketMs);

/** One credential of a mail server, an empty Mail table, and a clock that advances one second with each read. */
export async function syncWorld(engine: Dynoxide, settings: ConnectionSettings) {
  const store = dynamoMailStore(engine.client, await engine.createMailTable());
  const provider = createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow', timeouts: TIMEOUTS });
  const credentialId = ids.next('pc');
  /** Changes the result of LIST. */
  const listed = { edit: (list: MailboxList): MailboxList => list };
  /** Changes the flags that FETCH returns of a message. */
  const flagged = { edit: (row: FlagRow, _changedSince: string | null): FlagRow => row };
  const clock = { now: Date.parse('2026-11-01T00:00:00.000Z') };

  async function run(
    action: (context: ActionContext) => Promise<AttemptOutcome>,
    given: Partial<ActionContext> = {},
  ): Promise<AttemptOutcome> {
    const opened: MailboxSession[] = [];
    const signal = new AbortController().signal;
    const context: ActionContext = {
      accountId: ACCOUNT,
      credentialId,
      generation: 1,
      jobId: 'job_1',
      checkpoint: null,
      plan: null,
      record: async () => {},
      mutate: (command) => command(),
      mail: store,
      async session() {
        const last = opened.at(-1);
        if (last?.usable) return last;
        const connected = await provider.connect(settings, { signal });
        const listMailboxes: MailboxSession['listMailboxes'] = async (options) =>
          listed.edit(await connected.listMailboxes(options));
        const fetchFlags: MailboxSession['fetchFlags'] = (uids, since, onRow) =>
          connected.fetchFlags(uids, since, (row) => onRow(flagged.edit(row, since)));
        const session: MailboxSession = Object.assign(Object.create(connected), { listMailboxes, fetchFlags });
        opened.push(session);
        return session;
      },
      now: () => {
        clock.now += 1000;
        return clock.now;
      },
      remainingMs: () => 60_000,
      signal,
      reportProgress: () => {},
      ...given,
    };
    try {
      return await action(context);
    } finally {
      for (const session of opened) await session.close();
    }
  }

  return {
    store,
    clock,
    listed,
    flagged,
    credentialId,
    run,
    mailboxes: (given: Partial<ActionContext> = {}) =>
      run((context) => syncMailboxes.run({ namespaces: ['personal'] }, context), given),
    messages: (payload: Partial<Parameters<typeof syncMessages.run>[0]> = {}, given: Partial<ActionContext> = {}) =>
      run((context) => syncMessages.run({ folder: null, full: false, ...payload }, context), given),
    /** Every stored message of the current UIDVALIDITYs, as `path uid flags`, sorted. */
    async stored(): Promise<readonly string[]> {
      const rows: string[] = [];
      let after = null;
      do {
        const page: Awaited<ReturnType<MailStore['emails']>> = await store.emails({
          scope: { credential: credentialId },
          limit: 500,
          after,
        });
        for (const { message, mailbox } of page.items) {
          rows.push(`${mailbox.path} ${message.uid} ${[...message.flags].sort().join(',')}`);
        }
        after = page.next;
      } while (after !== null);
      return rows.sort();
    },
  };
}

export function resultOf(outcome: AttemptOutcome): SyncMessagesResult {
  if (outcome.kind !== 'succeeded') throw new Error(`not succeeded: ${JSON.stringify(outcome)}`);
  return syncMessagesResult.parse(outcome.result);
}
