import { describe, expect, it } from 'vitest';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { defaultCapabilities } from '../../../local/imap/server.ts';
import { ATTACKS, type Attack, hostileScript } from '../../fixtures/hostile.ts';
import { imapServer, localProvider, settingsFor } from './world.ts';

/** More than the largest answer that is read here, including socket buffers. */
const MAX_SENT = 100_000_000;
/** A greeting without capabilities, so that CAPABILITY, ID and NAMESPACE are sent. */
const SILENT_GREETING = '* OK Ready';

async function attack(each: Attack, tls: 'none' | 'implicit' | 'starttls' = 'none') {
  const sent = { bytes: 0 };
  const server = await imapServer({
    tls,
    greeting: SILENT_GREETING,
    capabilities: each.capabilities ?? defaultCapabilities,
    script: hostileScript(each, sent),
  });
  const securityMode = tls === 'none' ? 'none' : tls === 'implicit' ? 'ssl_tls' : 'starttls';
  const run = async (): Promise<unknown> => {
    const { signal } = new AbortController();
    const session = await localProvider().connect(settingsFor(server, { securityMode }), { signal });
    try {
      return await each.run(session);
    } finally {
      await session.close();
    }
  };
  const result = await run().catch((error: unknown) => {
    if (error instanceof MailboxFailure) return error.failure;
    throw error;
  });
  await expect.poll(() => server.connections()).toBe(0);
  return { sent: sent.bytes, result };
}

describe('a hostile server', () => {
  it.each(ATTACKS.filter(({ ends }) => ends !== 'answered' && ends !== 'listed'))(
    'that sends $name ends with $ends',
    async (each) => {
      const { sent, result } = await attack(each);
      expect(result).toMatchObject({ code: each.ends });
      expect(sent).toBeLessThan(MAX_SENT);
    },
  );

  it.each(ATTACKS.filter(({ ends }) => ends === 'listed'))(
    'that sends $name loses only the rest of the list, and its first part counts',
    async (each) => {
      const { sent, result } = await attack(each);
      expect(result).toMatchObject({ fault: { code: 'response_too_large' } });
      expect(sent).toBeLessThan(MAX_SENT);
      expect(Reflect.get(Object(result), 'mailboxes').length).toBeLessThanOrEqual(10_001);
    },
  );

  it.each(ATTACKS.filter(({ ends }) => ends === 'answered'))(
    'that sends $name gets only a limited part stored',
    async (each) => {
      const { result } = await attack(each);
      expect(Array.isArray(result)).toBe(true);
      for (const row of Array.isArray(result) ? result : []) {
        expect(row.flags.length).toBeLessThanOrEqual(100);
        expect(row.cc.length + row.to.length).toBeLessThanOrEqual(200);
        expect((row.subject ?? '').length).toBeLessThanOrEqual(998);
      }
    },
  );

  it.each(['implicit', 'starttls'] as const)('is cut off over TLS too: %s', async (tls) => {
    for (const name of [
      'LIST without an end',
      'untagged answers without an end at the login',
      'a line without an end at EXAMINE',
    ]) {
      const each = ATTACKS.find((one) => one.name === name);
      if (each === undefined) throw new Error(`no attack: ${name}`);
      const { sent, result } = await attack(each, tls);
      expect(JSON.stringify(result)).toContain('response_too_large');
      expect(sent).toBeLessThan(MAX_SENT);
    }
  });
});
