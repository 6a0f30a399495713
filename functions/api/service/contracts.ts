import * as z from 'zod';
import { failureCategory, failureCode, failureWho } from '../../domain/failure/schema.ts';
import { contract, noBody, noParams, noQuery } from '../../http/contract.ts';

const nothing = { params: noParams, query: noQuery, body: noBody, problems: [] } as const;

export const healthContract = contract({
  ...nothing,
  operation: 'health',
  summary: 'Says that the API answers.',
  replies: [{ status: 200, data: z.strictObject({ status: z.literal('ok') }) }],
});

export const openapiContract = contract({
  ...nothing,
  operation: 'openapi',
  summary: 'This document.',
  replies: [{ status: 200, data: z.looseObject({ openapi: z.string() }), bare: true }],
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
