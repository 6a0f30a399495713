import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { type ConnectionSettings, MailboxFailure } from '../../../functions/ports/mailbox.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { actions } from '../../../functions/worker/actions/registry.ts';
import type { Dynoxide } from '../../fixtures/dynoxide.ts';
import { syncWorld } from './sync-world.ts';

/** A job of one action that is tried until it ends: as in the log, its plan is kept between attempts. */
export async function actionWorld(engine: Dynoxide, settings: ConnectionSettings) {
  const world = await syncWorld(engine, settings);
  await world.messages();

  function job(name: ActionName, payload: Readonly<Record<string, unknown>>) {
    const action = actions.get(name);
    if (action === undefined) throw new Error(`no action ${name}`);
    let plan: unknown = null;
    const attempt = async (given: Partial<ActionContext> = {}): Promise<AttemptOutcome> => {
      try {
        return await world.run((context) => action.run(action.payload.parse(payload), context), {
          plan,
          record: async (next) => {
            plan = JSON.parse(JSON.stringify(next));
          },
          ...given,
        });
      } catch (error) {
        if (!(error instanceof MailboxFailure)) throw error;
        return { kind: 'failed', failure: error.failure };
      }
    };
    return { attempt, plan: () => plan };
  }

  return { ...world, job };
}

export function succeeded(outcome: AttemptOutcome): Record<string, unknown> {
  if (outcome.kind !== 'succeeded') throw new Error(`not succeeded: ${JSON.stringify(outcome)}`);
  return Object(outcome.result);
}

export function codeOf(outcome: AttemptOutcome): string {
  return outcome.kind === 'failed' ? outcome.failure.code : outcome.kind;
}
