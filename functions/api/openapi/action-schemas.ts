/** The schemas of payloads and results, with names made from their actions. */
import * as z from 'zod';
import { ACTIONS, type ActionName, actionName } from '../../domain/action/catalogue.ts';
import { payloadByEmailIds } from '../payloads.ts';

/** `SyncMessages` for `imap_sync_messages`. */
const stem = (action: ActionName): string =>
  action.replace(/^imap/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Names = {
  /** The payload in a request for a task. */
  readonly payload: string;
  /** The stored payload; for an action without messages, the same. */
  readonly stored: string;
  readonly result: string;
};

export function namesOf(action: ActionName): Names {
  const name = stem(action);
  const payload = `${name}Payload`;
  return { payload, stored: payloadByEmailIds(action) === null ? payload : `${name}ByUids`, result: `${name}Result` };
}

/** The schemas of payloads and results by name. They are copies: actions with the same schema have one name each. */
export function actionSchemas(): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    actionName.options.flatMap((action): [string, z.ZodType][] => {
      const { payload, stored, result } = namesOf(action);
      const { payload: byUids, result: outcome } = ACTIONS[action];
      const byEmailIds = payloadByEmailIds(action);
      const named = byUids.clone();
      return [
        [stored, named],
        [result, outcome.clone()],
        ...(byEmailIds === null
          ? []
          : ([
              [`${stem(action)}ByEmailIds`, byEmailIds],
              [payload, z.xor([named, byEmailIds])],
            ] satisfies [string, z.ZodType][])),
      ];
    }),
  );
}
