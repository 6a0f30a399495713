/**
 * The demo of a first start: a mail server, a working and a failing credential for it, and a first sync that has ended
 * before the banner is printed. It uses only the public API, like a user's own mailbox. Later starts sync again and
 * only report the result, because the user may have paused or changed the credential. The jobs of every state are made
 * after the banner, by `cli/demo/`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { Complaint } from './complaint.ts';
import { selfSignedCertificate } from './imap/certificate.ts';
import { type DemoServer, startDemoServer } from './imap/demo-account.ts';
import { demoHosts, demoMailboxes } from './imap/demo-customers.ts';
import { replaceFile } from './kept-file.ts';
import type { Stack } from './stack.ts';

export const DEMO_ACCOUNT = 'acc_demo';
const FIRST_SYNC_MS = 60_000;
const LATER_SYNC_MS = 10_000;

export type Demo = {
  readonly credentialId: string;
  readonly jobId: string;
  /** The result of the sync, as a clause. */
  readonly report: string;
  readonly isFirst: boolean;
};

const kept = z.object({
  port: z.int(),
  certificate: z.object({ certPem: z.string(), keyPem: z.string() }),
  /** The names in the certificate. One of an earlier release has fewer, and is replaced. */
  hosts: z.array(z.string()).refine((hosts) => demoHosts.every((host) => hosts.includes(host))),
});
const data = <Shape extends z.ZodType>(shape: Shape) => z.object({ data: shape });
const credentials = data(z.array(z.object({ id: z.string(), port: z.int(), external_ref: z.string().nullable() })));
const made = data(z.object({ id: z.string() }));
const accepted = data(z.object({ job_id: z.string() }));
const job = data(
  z.object({
    status: z.string(),
    last_error_code: z.string().nullable(),
    waiting_on: z.string().nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  }),
);

/** Starts the demo's mail server, and says at `/_local/demo` where it is and which mailboxes it has. */
export async function startDemoMail(stack: Stack, account: string = DEMO_ACCOUNT): Promise<DemoServer> {
  const server = await keptServer(`${stack.dataDirectory}/demo-server.json`);
  const { port, caPem, password } = server;
  stack.offerDemo({ account, port, ca_pem: caPem, password, mailboxes: demoMailboxes });
  return server;
}

/** Syncs the first mailbox of the demo for an account. Throws Complaint when the very first sync fails. */
export async function startDemo(stack: Stack, server: DemoServer, account: string = DEMO_ACCOUNT): Promise<Demo> {
  const token = await stack.token({ accounts: [account], role: 'owner', uid: 'demo' });
  const call = caller(`${stack.url}/api`, token);
  const place = `/accounts/${account}`;
  const { id: credentialId, isNew: isFirst } = await ensureCredential(
    call,
    place,
    server,
    'demo-healthy',
    server.password,
  );
  await ensureCredential(call, place, server, 'demo-failing', 'not the password');
  const limitMs = isFirst ? FIRST_SYNC_MS : LATER_SYNC_MS;
  const mailboxes = await sync(call, place, 'sync-mailboxes', credentialId, limitMs);
  const messages =
    mailboxes.result === null ? mailboxes : await sync(call, place, 'sync-messages', credentialId, limitMs);
  if (isFirst && messages.result === null)
    throw new Complaint(`The first sync of the demo mailbox ${messages.report}; see the logs in the data directory.`);
  return { credentialId, jobId: messages.jobId, report: messages.report, isFirst };
}

/** Uses the same port and certificate at each start, because the stored credential names both. */
async function keptServer(file: string): Promise<DemoServer> {
  try {
    if (existsSync(file)) return await startDemoServer(kept.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    // The port is in use, or the file is broken: a new server gets new credentials.
  }
  const certificate = selfSignedCertificate({ hosts: demoHosts });
  const server = await startDemoServer({ certificate });
  replaceFile(file, JSON.stringify({ port: server.port, certificate, hosts: demoHosts }));
  return server;
}

type Call = <Shape extends z.ZodType>(shape: Shape, path: string, body?: object) => Promise<z.output<Shape>>;

function caller(url: string, token: string): Call {
  return async (shape, path, body) => {
    const reply = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!reply.ok)
      throw new Complaint(
        `The demo could not be set up: ${path} answered ${reply.status}; see the logs in the data directory.`,
      );
    return shape.parse(await reply.json());
  };
}

async function ensureCredential(
  call: Call,
  place: string,
  server: DemoServer,
  reference: string,
  password: string,
): Promise<{ id: string; isNew: boolean }> {
  const path = `${place}/provider-credentials`;
  const { data: known } = await call(credentials, `${path}?limit=100`);
  const existing = known.find(({ external_ref, port }) => external_ref === reference && port === server.port);
  if (existing !== undefined) return { id: existing.id, isNew: false };
  const { data: credential } = await call(made, path, {
    provider_kind: 'imap',
    host: 'localhost',
    port: server.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: server.caPem,
    auth_kind: 'password',
    secret: { username: server.username, password },
    label: reference === 'demo-healthy' ? 'Demo mailbox' : 'Demo mailbox with a wrong password',
    external_ref: reference,
  });
  if (reference === 'demo-failing')
    await call(accepted, `${place}/imap/sync-mailboxes`, { credential_id: credential.id });
  return { id: credential.id, isNew: true };
}

type SyncEnd = { readonly jobId: string; readonly result: object | null; readonly report: string };

async function sync(
  call: Call,
  place: string,
  route: 'sync-mailboxes' | 'sync-messages',
  credentialId: string,
  limitMs: number,
): Promise<SyncEnd> {
  const {
    data: { job_id: jobId },
  } = await call(accepted, `${place}/imap/${route}`, { credential_id: credentialId });
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { data: now } = await call(job, `/jobs/${jobId}`);
    if (now.status === 'succeeded') return { jobId, result: now.result ?? {}, report: reportOf(now.result ?? {}) };
    if (now.status === 'failed')
      return { jobId, result: null, report: `did not succeed (${now.last_error_code ?? now.status})` };
    if (now.waiting_on !== null && now.waiting_on !== 'connection_slot')
      return { jobId, result: null, report: `has to wait (${now.waiting_on})` };
    if (Date.now() > deadline) return { jobId, result: null, report: `has not ended yet (${now.status})` };
    await pause(50);
  }
}

function reportOf(result: Record<string, unknown>): string {
  const { folders = 0, added = 0, updated = 0, removed = 0, unchanged = 0 } = result;
  return `checked ${folders} folders (${unchanged} unchanged): ${added} messages added, ${updated} updated, ${removed} removed`;
}
