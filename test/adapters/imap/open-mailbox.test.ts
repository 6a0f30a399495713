/** SELECT and STATUS of one mailbox: what is sent, and when LIST is asked whether there is such a mailbox. */
import { describe, expect, it } from 'vitest';
import {
  capabilitiesWithout,
  commandsOf,
  connect,
  failureOf,
  imapServer,
  lines,
  replying,
  settingsFor,
} from './world.ts';

async function refusing(reply: string, capabilities = capabilitiesWithout()) {
  const script = replying({ EXAMINE: lines(reply), STATUS: lines(reply) });
  const server = await imapServer({ capabilities, script });
  const session = await connect(settingsFor(server));
  const before = server.log.length;
  const sent = () => server.log.slice(before).map(({ name }) => name);
  return { session, sent };
}

describe('a mailbox that is refused', () => {
  it.each([
    ...['NONEXISTENT', 'TRYCREATE', 'NOPERM', 'CANNOT', 'UNAVAILABLE', 'INUSE', 'SERVERBUG', 'CLIENTBUG'],
    ...['CORRUPTION', 'LIMIT', 'OVERQUOTA', 'AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED'],
    ...['CONTACTADMIN', 'PRIVACYREQUIRED'],
  ])('needs no LIST if the server gives the reason: %s', async (code) => {
    const { session, sent } = await refusing(`{tag} NO [${code}] no`);
    const { code: selected } = await failureOf(session.select('Sent'));
    expect(await failureOf(session.status('Sent'))).toMatchObject({ code: selected });
    expect(sent()).toEqual(['EXAMINE', 'STATUS']);
  });

  it.each([
    ['without a code', '{tag} NO no'],
    ['with a code of its own', '{tag} NO [X-NOTNONEXISTENT] no'],
    ['with another code of its own', '{tag} NO [NONEXISTENT-X] no'],
  ])('is missing if LIST does not show it either, and refused if it does: %s', async (_, reply) => {
    const { session, sent } = await refusing(reply);
    expect(await failureOf(session.select('Nowhere'))).toMatchObject({ code: 'mailbox_not_found' });
    expect(await failureOf(session.select('Sent'))).toMatchObject({ code: 'command_failed' });
    expect(await failureOf(session.status('Nowhere'))).toMatchObject({ code: 'mailbox_not_found' });
    expect(sent()).toEqual(['EXAMINE', 'LIST', 'EXAMINE', 'LIST', 'STATUS', 'LIST']);
  });

  it('needs no LIST if the command was wrong', async () => {
    const { session, sent } = await refusing('{tag} BAD what');
    expect(await failureOf(session.select('Nowhere'))).toMatchObject({ code: 'command_rejected' });
    expect(sent()).toEqual(['EXAMINE']);
  });
});

it('a mailbox is opened read-only unless it will be changed', async () => {
  const server = await imapServer();
  const session = await connect(settingsFor(server));
  expect(await session.select('Sent')).toMatchObject({ name: 'Sent', uidValidity: 7, messages: 0, readOnly: true });
  expect(await session.select('Sent', 'write')).toMatchObject({ name: 'Sent', uidValidity: 7, readOnly: false });
  expect(server.log.slice(-2).map(({ name }) => name)).toEqual(['EXAMINE', 'SELECT']);
});

describe('the state of a mailbox', () => {
  it.each([
    [capabilitiesWithout(), 'STATUS Sent (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)'],
    [capabilitiesWithout('CONDSTORE', 'QRESYNC'), 'STATUS Sent (MESSAGES UIDNEXT UIDVALIDITY)'],
  ])('is requested with a mod-sequence if they are enabled', async (capabilities, expected) => {
    const server = await imapServer({ capabilities });
    const session = await connect(settingsFor(server));
    expect(await session.status('Sent')).toMatchObject({ uidValidity: 7, messages: 0 });
    expect(commandsOf(server).at(-1)).toBe(expected);
  });

  it.each(['* STATUS', '* STATUS Sent', '* STATUS Sent x', '* STATUS Sent ()'])(
    'is an error of the server if its answer has no list of numbers: %s',
    async (answer) => {
      const server = await imapServer({ script: replying({ STATUS: lines(answer, '{tag} OK done') }) });
      const session = await connect(settingsFor(server));
      expect(await failureOf(session.status('Sent'))).toMatchObject({ code: 'protocol_error' });
      expect(await session.select('Sent')).toMatchObject({ uidValidity: 7 });
    },
  );

  it.each(['', 'a\0b'])('is not requested if no mailbox can have the name: %j', async (name) => {
    const server = await imapServer();
    const session = await connect(settingsFor(server));
    const before = server.log.length;
    expect(await failureOf(session.status(name))).toMatchObject({ code: 'invalid_payload' });
    expect(await failureOf(session.select(name))).toMatchObject({ code: 'invalid_payload' });
    expect(server.log).toHaveLength(before);
  });
});
