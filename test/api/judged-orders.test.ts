/** Handlers that start work check the role themselves, independent of the minimum role of their route. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../functions/http/problem.ts';
import { OPERATIONS } from '../../functions/http/roles.ts';
import { type Operation, ROUTES } from '../../functions/http/routes.ts';
import { apiInMemory, exampleOf } from '../fixtures/api-in-memory.ts';
import { WORK } from '../fixtures/role-world.ts';

/** A bulk operation checks each job just before it changes it. */
const ordering = ROUTES.map(({ operation }) => operation).filter(
  (each) => OPERATIONS[each] === 'orders' && each !== 'bulkJobs',
);

/** Payloads for actions that the contract's example does not fit. */
function bodyOf(operation: Operation, { action, payload }: (typeof WORK)['harmless' | 'dangerous']): object {
  switch (operation) {
    case 'createTask':
      return { ...exampleOf(operation), task_type: action, payload };
    case 'createWebhookEndpoint':
      return { ...exampleOf(operation), action, payload };
    default:
      return exampleOf(operation);
  }
}

async function outcomeOf(
  operation: Operation,
  work: (typeof WORK)['harmless' | 'dangerous'],
  role: 'member' | 'owner',
) {
  const api = await apiInMemory(work, operation);
  const before = api.log.all.length;
  try {
    const { status } = await api.call(operation, { role, body: bodyOf(operation, work) });
    return status < 300 ? 'taken' : String(status);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return api.log.all.length === before ? error.code : 'refused, with an event';
  }
}

describe('the handler of an operation that starts work', () => {
  it('is one of a list that covers tasks, jobs and endpoints', () => {
    expect(ordering).toEqual(
      expect.arrayContaining(['createTask', 'resumeTask', 'retryJob', 'createWebhookEndpoint', 'testWebhookEndpoint']),
    );
  });

  it.each(ordering)('refuses dangerous work to a member and accepts other work: %s', async (operation) => {
    expect(await outcomeOf(operation, WORK.dangerous, 'member')).toBe('role_forbidden');
    expect(await outcomeOf(operation, WORK.harmless, 'member')).toBe('taken');
    expect(await outcomeOf(operation, WORK.dangerous, 'owner')).toBe('taken');
  });
});
