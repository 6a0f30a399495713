import { type TransferPayload, transferPayload } from '../../domain/action/imap-transfer-messages.ts';
import type { Action } from '../action.ts';
import { transfer } from './messages/transfer.ts';

/** Moves messages to another mailbox of the credential. */
export const moveMessages: Action<TransferPayload> = {
  name: 'imap_move_messages',
  payload: transferPayload,
  async run(payload, context) {
    const transferred = await transfer(context, payload, 'move');
    if (transferred.kind === 'yielded') return transferred;
    const { done, outcome } = transferred;
    return { kind: 'succeeded', result: { moved: done, ...outcome } };
  },
};
