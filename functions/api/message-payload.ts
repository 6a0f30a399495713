import { ACTIONS, type ActionName } from '../domain/action/catalogue.ts';
import { decodeEmailId } from '../domain/mail/email-id.ts';
import { isCurrent } from '../domain/mail/mailbox.ts';
import { forbiddenWork, type Work } from '../domain/role/may-cause.ts';
import type { Role } from '../domain/role/role.ts';
import { invalidFields } from '../http/invalid-fields.ts';
import { Problem } from '../http/problem.ts';
import type { MailStore } from '../ports/mail-store.ts';
import { emailIds, NAMED_BY_EMAIL_IDS, takesEmailIds } from './payloads.ts';

/** The action's payload in its stored form. Throws Problem invalid_request with pointers into the body's payload. */
export function parsedPayload(action: ActionName, payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { payload: schema } = ACTIONS[action];
  const parsed = schema.safeParse(payload, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = invalidFields(parsed.error.issues, 'body', schema);
  throw new Problem('invalid_request', {
    errors: errors.map((error) => ({ ...error, pointer: `/payload${error.pointer}` })),
  });
}

/** Throws Problem role_forbidden if the role may not order this work, and therefore may not cause it either. */
export function assertMayCause(role: Role, work: Work): void {
  const forbidden = forbiddenWork(role, work);
  if (forbidden !== null) throw new Problem('role_forbidden', { detail: forbidden });
}

/**
 * Replaces the `email_ids` of a payload by their folder and UIDs; returns any other payload unchanged. All messages
 * must be in one folder of the credential. Throws Problem invalid_request.
 */
export async function withUids(
  action: ActionName,
  payload: Readonly<Record<string, unknown>>,
  credentialId: string,
  mail: Pick<MailStore, 'mailboxes'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { email_ids: given, ...rest } = payload;
  if (given === undefined || !takesEmailIds(action)) return payload;
  const twice = NAMED_BY_EMAIL_IDS.filter((field) => field in rest);
  if (twice.length > 0) {
    const message = 'must not come together with email_ids';
    throw new Problem('invalid_request', { errors: twice.map((field) => ({ pointer: `/payload/${field}`, message })) });
  }
  const ids = emailIds.safeParse(given);
  if (!ids.success) {
    const errors = invalidFields(ids.error.issues, 'body', emailIds);
    throw refused(errors[0]?.message ?? 'must be email ids');
  }
  const addresses = ids.data.flatMap((id) => decodeEmailId(id) ?? []);
  const [first] = addresses;
  if (first === undefined || addresses.some((each) => each.mailboxKey !== first.mailboxKey))
    throw refused('must be messages of one folder');
  const mailbox = (await mail.mailboxes(credentialId)).find(({ key }) => key === first.mailboxKey);
  if (mailbox === undefined) throw refused('must be messages of the credential');
  if (addresses.some(({ uidValidity }) => !isCurrent(mailbox, uidValidity)))
    throw refused('names messages of an earlier generation of the folder; sync it and ask again');
  return { ...rest, folder: mailbox.path, uid_validity: first.uidValidity, uids: addresses.map(({ uid }) => uid) };
}

const refused = (message: string): Problem =>
  new Problem('invalid_request', { errors: [{ pointer: '/payload/email_ids', message }] });
