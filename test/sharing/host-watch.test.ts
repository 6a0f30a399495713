import { beforeEach, describe, expect, it } from 'vitest';
import { TIMEOUTS_TO_PARK } from '../../functions/domain/sharing/silent-hosts.ts';
import { shareKey } from '../../functions/sharing/account-share.ts';
import { type HostUse, hostWatch } from '../../functions/sharing/host-watch.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';

const SERVER = { host: 'mail.example.com', port: 993 };
const clock = { now: 0 };
beforeEach(() => {
  clock.now = 1_000_000_000;
});

function world() {
  const slots = memorySlots();
  const calls: string[] = [];
  const ports = {
    slots: {
      hosts: async (id: string) => {
        calls.push('read');
        return slots.hosts(id);
      },
      keepHosts: async (...given: Parameters<typeof slots.keepHosts>) => {
        calls.push('write');
        return slots.keepHosts(...given);
      },
    },
    now: () => clock.now,
  };
  /** The records that a worker has when it begins. */
  const watch = async (account = 'acc_one') =>
    hostWatch(account, (await slots.look(shareKey('workers', account), clock.now)).hosts, ports);
  return { slots, calls, ports, watch };
}

const use = (how: HostUse['how'], probe = false): HostUse => ({ how, began: clock.now, probe });

describe('what workers know of silent mail servers', () => {
  it('cost nothing for a server that answers', async () => {
    const { calls, watch } = world();
    const one = await watch();
    expect(await one.admit(SERVER)).toEqual({ kind: 'free' });
    await one.note(SERVER, use('served'));
    expect(calls).toEqual([]);
  });

  it('cost a read and a write for each timeout, and for the success after it', async () => {
    const { calls, watch } = world();
    const one = await watch();
    await one.note(SERVER, use('timed_out'));
    expect(calls).toEqual(['read', 'write']);
    await one.note(SERVER, use('served'));
    await one.note(SERVER, use('served'));
    expect(calls).toEqual(['read', 'write', 'read', 'write']);
  });

  it('are counted over workers that time out at the same time', async () => {
    const { watch } = world();
    const workers = await Promise.all(Array.from({ length: TIMEOUTS_TO_PARK }, () => watch()));
    await Promise.all(workers.map((each) => each.note(SERVER, use('timed_out'))));
    expect(await (await watch()).admit(SERVER)).toMatchObject({ kind: 'parked' });
  });

  it('belong to one account alone', async () => {
    const { watch } = world();
    const one = await watch();
    for (let n = 0; n < TIMEOUTS_TO_PARK; n += 1) await one.note(SERVER, use('timed_out'));
    expect(await (await watch('acc_one')).admit(SERVER)).toMatchObject({ kind: 'parked' });
    expect(await (await watch('acc_two')).admit(SERVER)).toEqual({ kind: 'free' });
  });

  it('allow one of many workers to probe, and free all of them after its success', async () => {
    const { watch } = world();
    const one = await watch();
    for (let n = 0; n < TIMEOUTS_TO_PARK; n += 1) await one.note(SERVER, use('timed_out'));
    clock.now += 60_000;
    const workers = await Promise.all(Array.from({ length: 8 }, () => watch()));
    const admissions = await Promise.all(workers.map((each) => each.admit(SERVER)));
    expect(admissions.filter(({ kind }) => kind === 'probe')).toHaveLength(1);
    expect(admissions.filter(({ kind }) => kind === 'parked')).toHaveLength(7);
    const at = admissions.findIndex(({ kind }) => kind === 'probe');
    await workers[at]?.note(SERVER, use('served', true));
    expect(await (await watch()).admit(SERVER)).toEqual({ kind: 'free' });
  });

  it('allow no probe while other writers keep changing the row', async () => {
    const { slots, ports, watch } = world();
    const one = await watch();
    for (let n = 0; n < TIMEOUTS_TO_PARK; n += 1) await one.note(SERVER, use('timed_out'));
    clock.now += 60_000;
    const { hosts } = await slots.look(shareKey('workers', 'acc_one'), clock.now);
    const busy = { ...ports, slots: { ...ports.slots, keepHosts: async () => false } };
    const admission = await hostWatch('acc_one', hosts, busy).admit(SERVER);
    expect(admission).toMatchObject({ kind: 'parked', until: clock.now + 30_000 });
  });

  it('are not stored when the store does not answer, which does not stop the work', async () => {
    const { ports } = world();
    const down = { ...ports, slots: { ...ports.slots, hosts: () => Promise.reject(new Error('down')) } };
    await expect(hostWatch('acc_one', {}, down).note(SERVER, use('timed_out'))).resolves.toBeUndefined();
  });

  it('are neither read nor written for messages without an account', async () => {
    const { ports, calls } = world();
    const nobody = hostWatch('', null, ports);
    await nobody.note(SERVER, use('timed_out'));
    expect(await nobody.admit(SERVER)).toEqual({ kind: 'free' });
    expect(calls).toEqual([]);
  });
});
