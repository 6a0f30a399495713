import type { MailboxObject } from 'imapflow';
import { canUseFlag } from 'imapflow/lib/tools.js';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { MUTATION_MS } from '../../domain/job/due.ts';
import { decodeMailboxName, encodeMailboxName, nameOfOctets } from '../../domain/mail/mailbox-name.ts';
import { formatUidSet, uidCount } from '../../domain/sync/uid-set.ts';
import {
  MailboxFailure,
  type MailboxSession,
  type SelectedMailbox,
  type SessionFeatures,
} from '../../ports/mailbox.ts';
import { createMailbox, deleteMailbox, renameMailbox, statusOf } from './change-mailboxes.ts';
import { copyMessages, expungeMessages, moveMessages, storeFlags } from './change-messages.ts';
import type { Line } from './line.ts';
import { listMailboxes } from './list-mailboxes.ts';
import { toListedMailboxes, toUidValidity } from './mailbox-list.ts';
import { toCount, toModseq, toUid } from './numbers.ts';
import { askStatus, openMailbox } from './open-mailbox.ts';
import { problem } from './problem.ts';
import { readFlags, readMessages, readUidSet, searchUids } from './read-messages.ts';
import { searchMessages } from './search-messages.ts';

/** A capability is a short atom. Longer ones, and those above the maximum, are ignored. */
const MAX_CAPABILITIES = 200;
const CAPABILITY = /^[\x21-\x7e]{1,64}$/;
const UTF8 = 'UTF8=ACCEPT';
const MODSEQ = /^\d{1,19}$/;

function featuresOf(client: Line['client']): SessionFeatures {
  const has = (name: string): boolean => client.capabilities.has(name);
  // Advertised does not mean enabled: if it is not enabled, the library ignores CHANGEDSINCE and fetches everything.
  const condstore = client.enabled.has('CONDSTORE');
  return {
    condstore,
    // Only reported: nothing here relies on it, so it is not enabled.
    qresync: condstore && has('QRESYNC'),
    esearch: has('ESEARCH'),
    listStatus: has('LIST-STATUS'),
    uidplus: has('UIDPLUS'),
    move: has('MOVE'),
    gmail: has('X-GM-EXT-1'),
  };
}

/**
 * Some servers omit UIDNEXT in the answer to SELECT, or send an invalid one. STATUS may have it; otherwise it is null.
 */
async function uidNextOf(line: Line, name: string, opened: MailboxObject): Promise<number | null> {
  const reported = toUid(opened.uidNext);
  if (reported !== null) return reported;
  const status = await askStatus(line, name, { uidNext: true }).catch(() => null);
  if (!line.client.usable) throw problem('NoConnection');
  return toUid(status?.uidNext);
}

async function select(line: Line, path: string, condstore: boolean, write: boolean): Promise<SelectedMailbox> {
  const opened = await openMailbox(line, path, !write);
  const uidValidity = toUidValidity(opened.uidValidity);
  const messages = toCount(opened.exists);
  if (uidValidity === null || messages === null) throw problem('InvalidResponse');
  if (write && opened.readOnly)
    throw Object.assign(problem('ReadOnly'), { responseStatus: 'NO', serverResponseCode: 'READ-ONLY' });
  // Yahoo sends HIGHESTMODSEQ without CONDSTORE (XYMHIGHESTMODSEQ): a number that no command here can use.
  const highestModseq = condstore && !opened.noModseq ? toModseq(opened.highestModseq) : null;
  return {
    name: path,
    uidValidity,
    uidNext: await uidNextOf(line, path, opened),
    messages,
    highestModseq,
    mailboxId: typeof opened.mailboxId === 'string' ? opened.mailboxId.slice(0, 255) : null,
    readOnly: opened.readOnly ?? true,
    modseqs: highestModseq !== null,
    stores: (flag) => canUseFlag(opened, flag),
  };
}

/**
 * The session's methods after the login. `commandMs`: the deadline of one command; commands with long answers get
 * twice that.
 */
export function createSession(line: Line, commandMs: number): MailboxSession {
  const { client } = line;
  const features = featuresOf(client);
  const quick = { ms: commandMs };
  const long = { ms: 2 * commandMs };
  const change = { ms: Math.min(commandMs, MUTATION_MS), mutating: true };
  let selected: SelectedMailbox | null = null;
  const utf8 = client.enabled.has(UTF8);
  // From here on the library uses names unchanged: it neither encodes nor decodes them.
  client.enabled.add(UTF8);
  const circumstances = {
    namespaces: client.namespaces,
    condstore: features.condstore,
    utf8,
    specialUse: client.capabilities.has('SPECIAL-USE'),
  };

  return {
    features,
    personalPrefix: client.namespaces?.personal?.[0]?.prefix ?? '',
    nameFor: (path) => (utf8 ? nameOfOctets(Buffer.from(path)) : encodeMailboxName(path)),
    capabilities: [...client.capabilities.keys()].filter((name) => CAPABILITY.test(name)).slice(0, MAX_CAPABILITIES),
    get usable() {
      return line.usable;
    },
    async listMailboxes({ statuses }) {
      try {
        return await line.run(long, () => listMailboxes(line, statuses, circumstances));
      } catch (error) {
        const isRefusal = error instanceof MailboxFailure && line.usable && concernsListAlone(error.failure);
        if (!isRefusal) throw error;
        return { mailboxes: toListedMailboxes([], new Map(), circumstances), fault: error.failure };
      }
    },
    async select(path, access = 'read') {
      selected = null;
      const opened = await line.run({ ...quick, echoes: spellings(path) }, async () => {
        if (path === '' || path.includes('\0')) throw problem('InvalidStringValue');
        return select(line, path, features.condstore, access === 'write');
      });
      selected = opened;
      return opened;
    },
    fetchMessages: (uids) => line.run(long, async () => readMessages(line, readUidSet(uids))),
    async fetchFlags(uids, changedSince, onRow) {
      let thrown: { readonly error: unknown } | null = null;
      await line.run(long, async () => {
        const set = readUidSet(uids);
        if (changedSince !== null && !MODSEQ.test(changedSince)) throw problem('InvalidTokenValue');
        if (changedSince !== null && !selected?.modseqs) throw problem('MissingServerExtension');
        // Zero is not a mod-sequence (RFC 7162 section 7), and nothing is older.
        const since = changedSince === null ? 0n : BigInt(changedSince);
        await readFlags(line, set, since === 0n ? null : since, (row) => {
          if (thrown) return;
          try {
            onRow(row);
          } catch (error) {
            thrown = { error };
          }
        });
      });
      rethrow(thrown);
    },
    allUids: () =>
      line.run(long, async () => {
        const uids = await searchUids(line, { all: true }, features.esearch);
        return { uids: formatUidSet(uids), count: uidCount(uids) };
      }),
    searchMessages: (criteria) =>
      line.run(long, async () => {
        const uids = await searchMessages(line, criteria, features.esearch);
        return { uids: formatUidSet(uids), count: uidCount(uids) };
      }),
    status: (path) => line.run({ ...quick, echoes: spellings(path) }, () => statusOf(line, path, features.condstore)),
    storeFlags: (uids, flags, unchangedSince) =>
      line.run({ ...change, echoes: [...flags.flags] }, async () => {
        if (unchangedSince !== null && !MODSEQ.test(unchangedSince)) throw problem('InvalidTokenValue');
        if (unchangedSince !== null && !selected?.modseqs) throw problem('MissingServerExtension');
        return storeFlags(line, readUidSet(uids), flags, unchangedSince === null ? null : BigInt(unchangedSince));
      }),
    copyMessages: (uids, target) =>
      line.run({ ...change, echoes: spellings(target) }, async () => copyMessages(line, readUidSet(uids), target)),
    moveMessages: (uids, target) =>
      line.run({ ...change, echoes: spellings(target) }, async () =>
        moveMessages(line, readUidSet(uids), target, features),
      ),
    expungeMessages: (uids) => line.run(change, async () => expungeMessages(line, readUidSet(uids), features)),
    createMailbox: (path) => line.run({ ...change, echoes: spellings(path) }, () => createMailbox(line, path)),
    renameMailbox: (path, newPath) =>
      line.run({ ...change, echoes: spellings(path, newPath) }, () => renameMailbox(line, path, newPath)),
    deleteMailbox: (path) => line.run({ ...change, echoes: spellings(path) }, () => deleteMailbox(line, path)),
    close: () => line.close(),
  };
}

/** After a refused LIST other mailboxes can still be read, unless the credential is refused or limited. */
const concernsListAlone = ({ code }: Failure): boolean => FAILURES[code].scope !== 'credential';

/** A server quotes a name either as it was sent or decoded. */
const spellings = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, decodeMailboxName(name) ?? name]);

/** An error that a row handler threw belongs to the caller; it is not a mailbox failure. */
function rethrow(thrown: { readonly error: unknown } | null): void {
  if (thrown) throw thrown.error;
}
