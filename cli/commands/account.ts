import type { Command } from 'commander';
import type { Schemas } from '../../client/index.ts';
import { type Application, group } from '../command-line/application.ts';
import { flag, value } from '../command-line/options.ts';
import { futureTime, words } from '../command-line/values.ts';
import { requireConsent } from '../consent.ts';
import { ACCOUNT_FIELDS } from '../output/field-names.ts';
import type { Line } from '../output/output.ts';

function lines({ id, paused }: Schemas['Account']): Line[] {
  return [
    ['account', id],
    ['jobs', paused === null ? 'start' : 'are paused'],
    ['until', paused?.until ?? null],
    ['reason', paused?.reason ?? null],
  ];
}

export function account(program: Command, app: Application): void {
  const parent = group(program, 'account', 'pause or resume everything in the account');
  const pause = parent.command('pause').description('start no jobs in this account');
  const until = value(pause, '--until <time>', 'in 2h, or an instant', futureTime);
  const why = value(pause, '--reason <text>', 'why; it is kept in the audit', words);
  const yes = flag(pause, '--yes', 'do not ask');
  app.does(
    pause,
    async (session) => {
      const account_id = await session.account();
      await requireConsent({ what: `Pause all jobs of ${account_id}`, isAgreed: yes() });
      const { data } = await session.client.accounts.pause({ account_id, body: { reason: why(), until: until() } });
      session.out.thing(data, lines(data));
    },
    ACCOUNT_FIELDS,
  );
  const resume = parent.command('resume').description('start jobs again');
  const reason = value(resume, '--reason <text>', 'why; it is kept in the audit', words);
  app.does(
    resume,
    async (session) => {
      const account_id = await session.account();
      const { data } = await session.client.accounts.resume({ account_id, body: { reason: reason() } });
      session.out.thing(data, lines(data));
    },
    ACCOUNT_FIELDS,
  );
}
