import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MailStore } from '../../../functions/ports/mail-store.ts';
import { createMailbox, type Mailbox, startImapServer } from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 30 }), gap: fc.nat(600) }),
  fc.record({ kind: fc.constant('flag' as const), at: fc.nat(1000), flag: fc.constantFrom('\\Seen', '\\Flagged') }),
  fc.record({ kind: fc.constant('expunge' as const), at: fc.nat(1000), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('reset' as const) }),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function apply(mailbox: Mailbox, step: Change): void {
  const uids = mailbox.messages.map(({ uid }) => uid);
  if (step.kind === 'add') {
    const raw = plainMessage({ n: mailbox.uidNext });
    mailbox.add({ raw, uid: mailbox.uidNext + step.gap }, ...Array.from({ length: step.count - 1 }, () => ({ raw })));
  } else if (step.kind === 'reset') mailbox.bumpUidValidity();
  else if (uids.length > 0 && step.kind === 'flag') mailbox.setFlags(uids[step.at % uids.length] ?? 0, [step.flag]);
  else if (step.kind === 'expunge')
    mailbox.expunge(uids.slice(step.at % Math.max(1, uids.length)).slice(0, step.count));
}

/** A store in which the worker dies at the n-th write: done or not, without an answer. */
function dyingAt(store: MailStore, last: number, done: boolean): MailStore {
  let writes = 0;
  const dying =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      writes += 1;
      if (writes > last || (writes === last && !done)) throw new Error('killed');
      const result = await write(...args);
      if (writes === last) throw new Error('killed');
      return result;
    };
  return {
    ...store,
    addMailbox: dying(store.addMailbox),
    putMailbox: dying(store.putMailbox),
    noteListing: dying(store.noteListing),
    putMessages: dying(store.putMessages),
    replaceMessages: dying(store.replaceMessages),
    updateFlags: dying(store.updateFlags),
    removeMessages: dying(store.removeMessages),
    eraseMessages: dying(store.eraseMessages),
  };
}

test('the next sync makes the store equal to the server, whatever happens there and wherever the worker dies', async () => {
  const round = fc.record({
    changes: fc.array(change, { maxLength: 4 }),
    killedAt: fc.integer({ min: 1, max: 6 }),
    done: fc.boolean(),
    meanwhile: fc.array(change, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), fc.boolean(), async (rounds, condstore) => {
      // A server that renumbers more often in a row is ignored; another test covers that.
      const all = rounds.flatMap(({ changes, meanwhile }) => [...changes, ...meanwhile]);
      fc.pre(all.filter(({ kind }) => kind === 'reset').length <= 4);
      const mailbox = createMailbox({ path: 'INBOX', uidValidity: 3, messages: [{ raw: plainMessage({ n: 1 }) }] });
      const server = await startImapServer({
        accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [mailbox] }],
        tls: 'none',
        ...(condstore ? {} : { capabilities: ['IMAP4rev1', 'UIDPLUS', 'AUTH=PLAIN', 'NAMESPACE'] }),
      });
      try {
        const world = await syncWorld(engine, {
          host: server.host,
          port: server.port,
          securityMode: 'none',
          tlsCaPem: null,
          authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
        });
        for (const { changes, killedAt, done, meanwhile } of rounds) {
          for (const step of changes) apply(mailbox, step);
          await world.messages({}, { mail: dyingAt(world.store, killedAt, done) }).catch(() => {});
          for (const step of meanwhile) apply(mailbox, step);
          expect(resultOf(await world.messages())).toMatchObject({ complete: true });
          const served = mailbox.messages.map(({ uid, flags }) => `INBOX ${uid} ${[...flags].sort().join(',')}`).sort();
          expect(await world.stored()).toEqual(served);
        }
        const still = resultOf(await world.messages());
        expect(still).toMatchObject({ added: 0, updated: 0, removed: 0, unchanged: 1 });
      } finally {
        await server.close();
      }
    }),
    {
      numRuns: 60,
      // A scan of flags killed after its last window, on a server without mod-sequences: this test found it.
      examples: [
        [
          [
            { changes: [], killedAt: 1, done: false, meanwhile: [{ kind: 'add', count: 1, gap: 0 }] },
            { changes: [], killedAt: 3, done: true, meanwhile: [{ kind: 'flag', at: 0, flag: '\\Seen' }] },
          ],
          false,
        ],
        [
          [
            { changes: [], killedAt: 1, done: false, meanwhile: [{ kind: 'flag', at: 0, flag: '\\Seen' }] },
            {
              changes: [
                { kind: 'add', count: 1, gap: 0 },
                { kind: 'expunge', at: 0, count: 2 },
              ],
              killedAt: 5,
              done: false,
              meanwhile: [{ kind: 'expunge', at: 0, count: 1 }],
            },
          ],
          true,
        ],
      ],
    },
  );
});
