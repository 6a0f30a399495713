import { describe, expect, it } from 'vitest';
import { storedLogin } from '../../functions/credential-login/stored-login.ts';
import type { SealedCredential } from '../../functions/ports/credential-vault.ts';
import { connectionTo } from '../fixtures/connections.ts';
import { memoryCredentialVault } from '../fixtures/in-memory-vaults.ts';
import { workerWorld } from '../fixtures/worker-world.ts';

const stored = connectionTo('pc_1', 'acc_one', 'imap.example.com', 993);

/** A vault that counts its reads. `change` alters the row that is read first. */
function world(change: (row: SealedCredential) => SealedCredential = (row) => row) {
  const { ports: worker, clock } = workerWorld(async () => ({ kind: 'succeeded', result: {} }));
  const { slots, ids, now } = worker;
  const vault = memoryCredentialVault([{ ...stored, max_connections: 2 }]);
  const reads: string[] = [];
  const ports = {
    ...{ slots, ids, now },
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    vault: {
      ...vault,
      async sealed(id: string) {
        reads.push('row');
        const row = await vault.sealed(id);
        return row === null ? null : change(row);
      },
      async opened(id: string) {
        reads.push('opened');
        return vault.opened(id);
      },
    },
  };
  return { ports, reads, vault, clock };
}

describe('the stored login of a credential', () => {
  it('is one read for the place, the number of connections and the first settings', async () => {
    const { ports, reads } = world();
    const login = await storedLogin('pc_1', 3, ports);
    expect(login).toMatchObject({ server: { host: 'imap.example.com', port: 993 }, maxConnections: 2 });
    expect(await login.settings(null, 3)).toMatchObject({
      host: 'imap.example.com',
      authentication: { kind: 'password' },
    });
    expect(reads).toEqual(['row']);
  });

  it('is read again for each later login, so a deletion takes effect', async () => {
    const { ports, reads, vault } = world();
    const login = await storedLogin('pc_1', 3, ports);
    await login.settings(null, 3);
    await vault.destroy('pc_1');
    expect(await login.settings(null, 3)).toBeNull();
    expect(reads).toEqual(['row', 'opened']);
  });

  it('is read again for a login that a later version of the credential admitted, so no old secret is used with it', async () => {
    const { ports, reads } = world();
    const login = await storedLogin('pc_1', 3, ports);
    await login.settings(null, 4);
    expect(reads).toEqual(['row', 'opened']);
  });

  it('is read again when it is older than two seconds', async () => {
    const { ports, reads, clock } = world();
    const login = await storedLogin('pc_1', 3, ports);
    clock.now += 2_001;
    await login.settings(null, 3);
    expect(reads).toEqual(['row', 'opened']);
  });

  it('opens no secret before the settings are needed', async () => {
    let opened = 0;
    const { ports } = world((row) => ({
      ...row,
      open() {
        opened += 1;
        return row.open();
      },
    }));
    const login = await storedLogin('pc_1', 3, ports);
    expect(opened).toBe(0);
    await login.settings(null, 3);
    expect(opened).toBe(1);
  });

  it('of a deleted credential has no server and no settings', async () => {
    const login = await storedLogin('pc_gone', 3, world().ports);
    expect(login).toMatchObject({ server: null, maxConnections: 3 });
    expect(await login.settings(null, 3)).toBeNull();
  });

  it('of an unreadable row has no server', async () => {
    const { ports } = world((row) => ({ ...row, connection: 'unreadable' }));
    expect(await storedLogin('pc_1', 3, ports)).toMatchObject({ server: null, maxConnections: 3 });
  });
});
