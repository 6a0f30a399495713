import * as z from 'zod';
import { oneLine } from '../../domain/text/one-line.ts';
import { contract, noQuery } from '../../http/contract.ts';
import { credentialResource } from '../credentials/resource.ts';
import { accountParams, credentialParams } from '../parameters.ts';

const reason = oneLine(500).optional();
const pauseBody = z.strictObject({
  reason,
  /** Absent: the pause lasts until somebody resumes the account. */
  until: z.iso.datetime().optional(),
});
const resumeBody = z.strictObject({ reason });

const paused = z.strictObject({ reason: z.string().nullable(), until: z.iso.datetime().nullable() }).nullable();
export const accountResource = z.strictObject({ id: z.string(), paused, version: z.int() });

const example = { reason: 'the customer moves to another provider', until: '2027-01-01T00:00:00Z' };

export const pauseCredentialContract = contract({
  operation: 'pauseCredential',
  summary: 'Keeps the jobs of a credential from starting, until a time or until it is resumed. Running jobs continue.',
  params: credentialParams,
  query: noQuery,
  body: pauseBody,
  replies: [{ status: 200, data: credentialResource, etag: true }],
  problems: [],
  ifMatch: true,
  example,
});

export const resumeCredentialContract = contract({
  operation: 'resumeCredential',
  summary: 'Lets the jobs of a paused credential continue, at a limited pace.',
  params: credentialParams,
  query: noQuery,
  body: resumeBody,
  replies: [{ status: 200, data: credentialResource, etag: true }],
  problems: [],
  ifMatch: true,
  example: { reason: 'done' },
});

export const pauseAccountContract = contract({
  operation: 'pauseAccount',
  summary: 'Keeps all jobs of an account from starting, until a time or until it is resumed. Running jobs continue.',
  params: accountParams,
  query: noQuery,
  body: pauseBody,
  replies: [{ status: 200, data: accountResource, etag: true }],
  problems: [],
  ifMatch: true,
  example,
});

export const resumeAccountContract = contract({
  operation: 'resumeAccount',
  summary: 'Lets the jobs of a paused account continue.',
  params: accountParams,
  query: noQuery,
  body: resumeBody,
  replies: [{ status: 200, data: accountResource, etag: true }],
  problems: [],
  ifMatch: true,
  example: { reason: 'done' },
});
