/** Describes the roles: as the page `docs/roles.md`, and as text of the OpenAPI document. Pure. */
import { ROLES, type Role } from '../../domain/role/role.ts';
import { EFFECTS, type Permission, type RoleRow, roleRows } from '../../http/roles.ts';
import type { Route } from '../../http/routes.ts';

const WORDS: Readonly<Record<Permission, string>> = {
  open: 'no token needed',
  yes: 'yes',
  no: 'no',
  harmless: 'harmless work only',
  skips: 'yes; dangerous jobs are only cancelled or resolved, else skipped',
};

const DANGEROUS = '`imap_delete_mailbox`, and `imap_delete_messages` with `mode: "expunge"`';

const HEAD = `# Roles

The claim \`role\` of the token is \`viewer\`, \`member\` or \`owner\`. Each role may do everything that the roles before it in this list may do. This page is written by \`npm run roles\`; a test calls every operation as each row says.

**Dangerous work** is work that cannot be undone: ${DANGEROUS}. Only an owner may order it. A role that may not order work may not cause it in another way: by a PATCH of a task, a job or an endpoint, by a schedule, a trigger, a retry or a bulk operation.

**What is judged** is the work as it will be after the request: the payload in the request, or else the payload that the task, job or endpoint has when the event is appended. If another request changes it at the same moment, the request is judged again. So a member may not change a dangerous task or job, unless the change makes it harmless. A member may cancel or resolve a dangerous job, since that starts nothing.

**The refusal** is 403 \`role_forbidden\`. Its \`detail\` says which role is needed and why. If the resource must be read first, 404 and 412 are checked before the role. A bulk operation judges each job just before it changes it, by the role of the person who requested the operation; jobs that this role may not order are skipped with the code \`role_forbidden\`.

**Ordered work continues.** The schedule of an owner also runs without that owner; failed attempts are tried again; deliveries run the action that the owner stored in the endpoint. Work that waits for a credential or an account continues when the credential is tested or rotated, or the credential or account is resumed: this is a release, not an order, and only an owner may request it. See [decision 24](decisions/0024-who-may-not-order-may-not-cause.md).

**A repeated request** with an \`Idempotency-Key\` is judged like the first request, but by the role of the person who repeats it: a member who knows the key of an owner gets 403 for dangerous work.
`;

/** The page `docs/roles.md` (Markdown). */
export function rolesPage(): string {
  const rows = roleRows().map((row) => {
    const { route, effect, permissions } = row;
    const cells = ROLES.map((role) => WORDS[permissions[role]]);
    return `| \`${route.operation}\` | ${requestsOf(row)} | ${effect} | ${cells.join(' | ')} |`;
  });
  const effects = Object.entries(EFFECTS).map(([effect, meaning]) => `- **${effect}**: ${meaning}.`);
  return [
    HEAD,
    '## Operations',
    '',
    'What an operation does:',
    '',
    ...effects,
    '',
    '| operation | requests | does | viewer | member | owner |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

const requestsOf = ({ route, requests }: RoleRow): string =>
  requests ?? `\`${route.method} ${route.path.replace('/api/accounts/{account_id}', '…')}\``;

/** The document's text on who may call the operation, in addition to `x-required-role`; null if there is none. */
export function roleText(route: Route): string | null {
  const rows = roleRows().filter((row) => row.route.operation === route.operation);
  const special = rows.some(({ permissions: { member } }) => member === 'harmless' || member === 'skips');
  if (!special) return null;
  if (rows.length === 1)
    return `A member may do this with harmless work. Dangerous work (${DANGEROUS}) needs an owner. What counts is the work after the change.`;
  return rows.map((row) => `- ${requestsOf(row)}: ${leastText(row)}`).join('\n');
}

function leastText({ permissions }: RoleRow): string {
  const least = ROLES.find((role) => permissions[role] !== 'no') ?? 'owner';
  const skips =
    permissions[least] === 'skips'
      ? `; dangerous jobs (${DANGEROUS}) are skipped unless an owner asks, or the action is \`cancel\` or \`resolve\``
      : '';
  return `${least}${skips}`;
}

/** The operations of each role, for the overview of the document. */
export function rolesOverview(): string {
  const lines = ROLES.map((role) => `- \`${role}\`${role === 'viewer' ? '' : ' also'}: ${operationsOf(role)}`);
  return `**Operations by role.** Dangerous work is ${DANGEROUS}: it needs an owner, however it is started.\n\n${lines.join('\n')}`;
}

function operationsOf(role: Role): string {
  const least = roleRows().filter(({ route }) => route.role === role);
  return [...new Set(least.map(({ route }) => `\`${route.operation}\``))].join(', ');
}
