import * as z from 'zod';
import { signInSchema } from '../../domain/account/sign-in.ts';
import { failureCategory, failureCode, failureWho } from '../../domain/failure/schema.ts';
import { role } from '../../domain/role/role.ts';
import { contract, noBody, noParams, noQuery } from '../../http/contract.ts';

const nothing = { params: noParams, query: noQuery, body: noBody, problems: [] } as const;

export const healthContract = contract({
  ...nothing,
  operation: 'health',
  summary: 'Shows that the API answers.',
  replies: [{ status: 200, data: z.strictObject({ status: z.literal('ok') }) }],
});

export const openapiContract = contract({
  ...nothing,
  operation: 'openapi',
  summary: 'This document.',
  replies: [{ status: 200, data: z.looseObject({ openapi: z.string() }), bare: true }],
});

export const signInContract = contract({
  ...nothing,
  operation: 'signIn',
  summary: 'Shows where to sign in: the data that a browser or a command line needs to get a token.',
  replies: [{ status: 200, data: signInSchema }],
});

export const meContract = contract({
  ...nothing,
  operation: 'me',
  summary: 'Shows who the caller is: the name, the role and the accounts of the token.',
  replies: [
    {
      status: 200,
      data: z.strictObject({
        uid: z.string(),
        role,
        accounts: z.array(
          z.strictObject({ id: z.string(), paused: z.boolean(), paused_until: z.iso.datetime().nullable() }),
        ),
      }),
    },
  ],
});

export const listFailuresContract = contract({
  ...nothing,
  operation: 'listFailures',
  summary: 'Explains every failure code: what it means, who must act and how, and how often it is tried again.',
  replies: [
    {
      status: 200,
      data: z.array(
        z.strictObject({
          code: failureCode,
          category: failureCategory,
          scope: z.enum(['job', 'credential', 'host']),
          who: failureWho,
          title: z.string(),
          explanation: z.string(),
          next_step: z.string(),
          max_attempts: z.int().nullable(),
          first_delay_seconds: z.int().nullable(),
          longest_delay_seconds: z.int().nullable(),
          delays_are: z.enum(['up_to', 'about']),
        }),
      ),
    },
  ],
});
