/** Concurrent changes of one credential: each change is kept, and a generation stands for one mailbox. */
import { describe, expect, it } from 'vitest';
import { connection, secret, world } from './changing-world.ts';

describe('concurrent changes of a credential', () => {
  it('are all kept if they concern different fields', async () => {
    const { patch, connection: stored } = await world();
    const changes = [
      { host: 'new.example.com', secret },
      { label: 'Sales' },
      { max_connections: 7 },
      { external_ref: 'ref' },
    ];
    expect(await Promise.all(changes.map(patch))).toEqual([200, 200, 200, 200]);
    expect(await stored()).toEqual({
      ...connection,
      host: 'new.example.com',
      label: 'Sales',
      max_connections: 7,
      external_ref: 'ref',
      generation: 2,
    });
  });

  it('keep the host of the last generation, whichever is written last', async () => {
    const { patch, waiting, letGo, credential, connection: stored } = await world('secret');
    const first = patch({ host: 'one.example.com', secret });
    await expect.poll(waiting).toBe(1);
    const second = patch({ host: 'two.example.com', secret });
    await expect.poll(waiting).toBe(2);
    letGo(1);
    expect(await second).toBe(200);
    letGo(0);
    expect(await first).toBe(200);
    expect(await credential()).toMatchObject({ generation: 3, status: 'unverified' });
    expect(await stored()).toMatchObject({ host: 'two.example.com' });
  });

  it('start a new generation on the way back to the host that the vault still holds', async () => {
    const { patch, waiting, letGo, credential, connection: stored } = await world('secret');
    const away = patch({ host: 'new.example.com', secret });
    await expect.poll(waiting).toBe(1);
    const back = patch({ host: 'old.example.com', secret });
    await expect.poll(waiting).toBe(2);
    for (const at of [0, 1]) letGo(at);
    expect(await Promise.all([away, back])).toEqual([200, 200]);
    expect(await credential()).toMatchObject({ generation: 3 });
    expect(await stored()).toMatchObject({ host: 'old.example.com' });
  });

  it('start a new generation on the way back to the user whose secret the vault still holds', async () => {
    const { rotate, waiting, letGo, credential, secret: stored } = await world('secret');
    const away = rotate({ username: 'bob@example.com', password: 'second' });
    await expect.poll(waiting).toBe(1);
    const back = rotate({ ...secret, password: 'third' });
    await expect.poll(waiting).toBe(2);
    letGo(1);
    expect(await back).toBe(200);
    letGo(0);
    expect(await away).toBe(200);
    expect(await credential()).toMatchObject({ generation: 3 });
    expect(await stored()).toEqual({ ...secret, password: 'third' });
  });

  it('start no generation if the destination stays the same', async () => {
    const { patch, rotate, credential } = await world();
    await patch({ host: 'old.example.com', port: 993, label: 'Sales' });
    await patch({ host: 'old.example.com' });
    await rotate({ ...secret, password: 'second' });
    await rotate({ ...secret, password: 'third' });
    expect(await credential()).toMatchObject({ generation: 1 });
  });
});
