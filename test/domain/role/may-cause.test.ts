import { describe, expect, it } from 'vitest';
import { ACTIONS, type ActionName, actionName } from '../../../functions/domain/action/catalogue.ts';
import { BULK_ACTIONS } from '../../../functions/domain/bulk/events.ts';
import type { JobCommand } from '../../../functions/domain/job/commands.ts';
import {
  dangerOf,
  forbiddenBulk,
  forbiddenCommand,
  forbiddenWork,
  MAX_JOBS_OF_A_MEMBER,
  type Work,
} from '../../../functions/domain/role/may-cause.ts';
import { isAtLeast, ROLES, type Role } from '../../../functions/domain/role/role.ts';

const HARMLESS: Work = { action: 'imap_delete_messages', payload: { mode: 'trash' } };
const DANGEROUS: Work = { action: 'imap_delete_messages', payload: { mode: 'expunge' } };

describe('dangerous work', () => {
  it('is a mailbox deletion, an expunge or an action that this release does not know, and nothing else', () => {
    const works = [...actionName.options, 'imap_of_a_later_release'].flatMap((action) =>
      [{}, { mode: 'trash' }, { mode: 'expunge' }].map((payload) => ({ action, payload })),
    );
    const dangerous = works.filter((work) => dangerOf(work) !== null).map(({ action, payload }) => [action, payload]);
    expect(dangerous).toEqual([
      ['imap_delete_messages', { mode: 'expunge' }],
      ['imap_delete_mailbox', {}],
      ['imap_delete_mailbox', { mode: 'trash' }],
      ['imap_delete_mailbox', { mode: 'expunge' }],
      ['imap_of_a_later_release', {}],
      ['imap_of_a_later_release', { mode: 'trash' }],
      ['imap_of_a_later_release', { mode: 'expunge' }],
    ]);
  });

  it('is judged equally before and after a payload is parsed', () => {
    const messages = { folder: 'INBOX', uid_validity: 1, uids: [1] };
    const mailbox = { folder: 'INBOX', uid_validity: 1 };
    const given: readonly [ActionName, Record<string, unknown>][] = [
      ['imap_delete_messages', messages],
      ['imap_delete_messages', { ...messages, mode: 'trash' }],
      ['imap_delete_messages', { ...messages, mode: 'expunge' }],
      ['imap_delete_mailbox', mailbox],
    ];
    for (const [action, payload] of given) {
      const stored = ACTIONS[action].payload.parse(payload);
      expect(dangerOf({ action, payload: { ...stored } })).toBe(dangerOf({ action, payload }));
    }
  });
});

/** The roles that a rule allows. */
const allowed = (judge: (own: Role) => string | null): readonly Role[] => ROLES.filter((own) => judge(own) === null);

describe('a role', () => {
  it('may do everything that lower roles may do', () => {
    for (const [at, own] of ROLES.entries())
      for (const [other, least] of ROLES.entries()) expect(isAtLeast(own, least)).toBe(at >= other);
  });

  it('may order harmless work as a member and dangerous work as an owner', () => {
    expect(allowed((own) => forbiddenWork(own, HARMLESS))).toEqual(['member', 'owner']);
    expect(allowed((own) => forbiddenWork(own, DANGEROUS))).toEqual(['owner']);
  });

  it('sees in the refusal which role is needed, and why', () => {
    expect(forbiddenWork('viewer', HARMLESS)).toBe('this needs the role member: it orders work');
    expect(forbiddenWork('member', DANGEROUS)).toBe(
      'this needs the role owner: it would delete messages for good (mode "expunge")',
    );
    expect(forbiddenWork('member', { action: 'imap_delete_mailbox', payload: {} })).toBe(
      'this needs the role owner: it would delete a mailbox for good',
    );
  });
});

const update = (changes: Extract<JobCommand, { name: 'update' }>['changes']): JobCommand => ({
  name: 'update',
  changes,
});
const BOTH = ['member', 'owner'];
const OWNER = ['owner'];

describe('a command', () => {
  it.each([
    ['retry', { name: 'retry', reason: null }, BOTH, OWNER],
    ['trigger', { name: 'trigger', reason: null, force: true }, BOTH, OWNER],
    ['cancel', { name: 'cancel', reason: null }, BOTH, BOTH],
    ['resolve', { name: 'resolve', note: null }, BOTH, BOTH],
    ['delete', { name: 'delete', reason: null, force: false }, OWNER, OWNER],
    ['update of labels', update({ labels: ['x'] }), BOTH, OWNER],
    ['update of the time', update({ run_at: null }), BOTH, OWNER],
    ['update to harmless work', update({ payload: HARMLESS.payload }), BOTH, BOTH],
    ['update to dangerous work', update({ payload: DANGEROUS.payload }), OWNER, OWNER],
  ] as const)(
    '%s is allowed for harmless and dangerous jobs for the right roles',
    (_, command, harmless, dangerous) => {
      expect(allowed((own) => forbiddenCommand(own, command, HARMLESS))).toEqual(harmless);
      expect(allowed((own) => forbiddenCommand(own, command, DANGEROUS))).toEqual(dangerous);
    },
  );
});

describe('a bulk operation', () => {
  it('is allowed for members who name few jobs and delete none, and for owners', () => {
    for (const action of BULK_ACTIONS) {
      const few = action === 'delete' ? OWNER : BOTH;
      expect(allowed((own) => forbiddenBulk(own, action, MAX_JOBS_OF_A_MEMBER))).toEqual(few);
      expect(allowed((own) => forbiddenBulk(own, action, MAX_JOBS_OF_A_MEMBER + 1))).toEqual(OWNER);
      expect(allowed((own) => forbiddenBulk(own, action, null))).toEqual(OWNER);
    }
  });
});
