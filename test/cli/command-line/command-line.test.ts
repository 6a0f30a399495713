import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closest } from '../../../cli/command-line/suggestion.ts';
import { duration, futureTime, oneOf, timeOrAge, whole } from '../../../cli/command-line/values.ts';
import { apiAddress, settingsOf } from '../../../cli/configuration/settings.ts';
import {
  Declined,
  FollowedWorkFailed,
  Interrupted,
  PartlyDone,
  SignInNeeded,
  SomeFailed,
  Terminated,
  UsageError,
} from '../../../cli/errors.ts';
import { exitCodeOf } from '../../../cli/exit-codes.ts';
import { createProgram } from '../../../cli/program.ts';
import { bar } from '../../../cli/progress.ts';
import { reference } from '../../../cli/reference.ts';
import { ApiProblem, ConnectionLost, type ProblemBody, UnexpectedReply, WaitTimedOut } from '../../../client/index.ts';

const problem = (status: number): ApiProblem => {
  const body: ProblemBody = {
    type: 'urn:x',
    title: 't',
    detail: 'd',
    code: 'not_found',
    status,
    request_id: 'r',
  };
  return new ApiProblem(body, status, null);
};

describe('exit codes', () => {
  it.each([
    [problem(400), 2],
    [problem(401), 4],
    [problem(403), 4],
    [problem(404), 5],
    [problem(409), 6],
    [problem(412), 6],
    [problem(422), 2],
    [problem(429), 1],
    [problem(500), 1],
    [problem(503), 9],
    [new UnexpectedReply(401, 'gateway'), 4],
    [new UsageError('x'), 2],
    [new Declined('x'), 3],
    [new SignInNeeded('x'), 4],
    [new PartlyDone('x'), 7],
    [new FollowedWorkFailed('x'), 8],
    [new WaitTimedOut('x'), 9],
    [new ConnectionLost('x'), 9],
    [new Interrupted('x'), 130],
    [new Terminated('x'), 143],
    [
      new SomeFailed(
        [
          { id: 'a', error: problem(404) },
          { id: 'b', error: problem(409) },
        ],
        3,
      ),
      6,
    ],
    [new Error('x'), 1],
  ])('%s gives %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('values of options', () => {
  it('lengths of time have a unit; a number alone is seconds', () => {
    expect([duration('90'), duration('5m'), duration('200ms'), duration('2h')]).toEqual([
      90_000, 300_000, 200, 7_200_000,
    ]);
    for (const wrong of ['', '5x', '-5m', '1.5h', 'm']) expect(() => duration(wrong)).toThrow('length of time');
  });

  it('a time is an instant, or an age that the service counts back from its clock', () => {
    expect(timeOrAge('24h')).toBe('-24h');
    expect(timeOrAge('2026-11-29T08:00Z')).toBe('2026-11-29T08:00:00.000Z');
    for (const wrong of ['yesterday', '2026-13-01', '5']) expect(() => timeOrAge(wrong)).toThrow('instant');
    expect(Date.parse(futureTime('1h'))).toBeGreaterThan(Date.now());
  });

  it('an unknown word is refused with the closest known one, with or without its prefix', () => {
    const action = oneOf(['imap_sync_messages', 'imap_set_flags'], 'imap_');
    expect(action('sync_messages')).toBe('imap_sync_messages');
    expect(() => action('sync_mesages')).toThrow('Did you mean imap_sync_messages?');
    expect(() => action('something else')).toThrow('Known: imap_sync_messages, imap_set_flags.');
    expect(closest('FAILD', ['failed', 'queued'])).toBe('failed');
  });

  it('whole numbers stay in their range', () => {
    expect(whole(-10, 10)('-3')).toBe(-3);
    for (const wrong of ['11', '1e1', '0x1', '']) expect(() => whole(-10, 10)(wrong)).toThrow('from -10 to 10');
  });
});

describe('settings', () => {
  const home = mkdtempSync(join(tmpdir(), 'inboxctl-unit-'));
  const environment = { XDG_CONFIG_HOME: home };

  it('without any, the local stack is used', () => {
    expect(settingsOf({}, environment)).toMatchObject({ api: 'http://127.0.0.1:4000', token: null, isLocal: true });
  });

  it('options override the environment', () => {
    const both = { ...environment, INBOXCTL_API: 'https://one.test', INBOXCTL_ACCOUNT: 'acc_one' };
    expect(settingsOf({ account: 'acc_two' }, both)).toMatchObject({ api: 'https://one.test', account: 'acc_two' });
  });

  it('an address without https or with a password is refused', () => {
    expect(apiAddress('https://api.test/api/')).toBe('https://api.test');
    for (const wrong of [
      'http://api.test',
      'ftp://api.test',
      'api.test',
      'https://u:p@api.test',
      'https://:p@api.test',
    ])
      expect(() => apiAddress(wrong)).toThrow(UsageError);
    expect(() => apiAddress('https://:a-secret@api.test')).not.toThrow('a-secret');
  });
});

it('a progress bar shows share and number', () => {
  expect(bar(103, 412)).toBe('[#####---------------] 25 %  103/412');
  expect(bar(0, 0)).toContain('100 %');
});

it('docs/inboxctl.md has the commands and options that the program has', () => {
  const page = readFileSync(new URL('../../../docs/inboxctl.md', import.meta.url), 'utf8');
  expect(page.endsWith(`${reference(createProgram().program)}\n`)).toBe(true);
});
