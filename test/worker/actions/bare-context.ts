import { MailboxFailure, type MailboxSession, type SelectedMailbox } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { noMail } from '../../fixtures/no-mail.ts';

export const NOW = Date.parse('2026-11-01T00:00:00.000Z');

const unused = async (): Promise<never> => {
  throw new Error('this test does not ask the server for that');
};

/** A session whose server only has the methods that a test gives. */
export function bareSession(given: Partial<MailboxSession> = {}): MailboxSession {
  const features = { condstore: true, qresync: false, esearch: true, listStatus: false };
  return {
    features: { ...features, uidplus: true, move: true, gmail: false },
    personalPrefix: '',
    capabilities: [],
    usable: true,
    listMailboxes: unused,
    nameFor: (path) => path,
    select: unused,
    fetchMessages: unused,
    fetchFlags: unused,
    allUids: unused,
    searchMessages: unused,
    status: unused,
    storeFlags: unused,
    copyMessages: unused,
    moveMessages: unused,
    expungeMessages: unused,
    createMailbox: unused,
    renameMailbox: unused,
    deleteMailbox: unused,
    close: async () => {},
    ...given,
  };
}

/** The first run of an attempt, with enough time, with only the server and store methods that a test gives. */
export function bareContext(given: Partial<ActionContext> = {}): ActionContext {
  return {
    ...{ accountId: 'acc_one', credentialId: 'pc_1', generation: 3, jobId: 'job_1', checkpoint: null, plan: null },
    ...{ mail: noMail, record: async () => {}, mutate: (command) => command(), reportProgress: () => {} },
    ...{ now: () => NOW, remainingMs: () => 600_000, signal: new AbortController().signal },
    session: async () => bareSession(),
    ...given,
  };
}

export const failed = (code: MailboxFailure['failure']['code'], detail = 'no'): MailboxFailure =>
  new MailboxFailure({ code, detail, retryAfterMs: null, outcomeUnknown: false });

/** A mailbox of a thousand messages, as SELECT reports it. */
export const selectedAs = (name: string, given: Partial<SelectedMailbox> = {}): SelectedMailbox => ({
  ...{ name, mailboxId: null, readOnly: true, modseqs: true, stores: () => true },
  ...{ uidValidity: 7, uidNext: 2_000, messages: 1_000, highestModseq: '9' },
  ...given,
});
