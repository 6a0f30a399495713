import { type TransferPayload, transferPayload } from '../../domain/action/imap-transfer-messages.ts';
import type { Action } from '../action.ts';
import { transfer } from './messages/transfer.ts';

/** Copies messages to another mailbox of the credential. */
export const copyMessages: Action<TransferPayload> = {
  name: 'imap_copy_messages',
  payload: transferPayload,
  async run(payload, context) {
    const transferred = await transfer(context, payload, 'copy');
    if (transferred.kind === 'yielded') return transferred;
    const { done, outcome } = transferred;
    return { kind: 'succeeded', result: { copied: done, ...outcome } };
  },
};
