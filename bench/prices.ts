/**
 * List prices of us-east-1 in US dollars, without any free tier. Source: the pricing pages of AWS
 * (aws.amazon.com/<service>/pricing), as published on 2026-11-24; on-demand tables, arm64 functions.
 */
export const PRICES_DATE = '2026-11-24';

export const PRICES = {
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  httpApiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  sqsRequest: 0.4 / 1e6,
  /** More for each request to a standard queue whose messages name a group. */
  sqsFairRequest: 0.1 / 1e6,
  kmsRequest: 3.0 / 1e6,
  /** Ingested into CloudWatch Logs. */
  logGb: 0.5,
  /** For each metric that an alarm looks at. */
  alarmMetricMonth: 0.1,
  customMetricMonth: 0.3,
  dashboardMonth: 3.0,
  keyMonth: 1.0,
} as const;

/** What Lambda gives a function of 1,769 MB: one processor. Less memory is a share of it (AWS documentation). */
export const MEMORY_OF_ONE_PROCESSOR_MB = 1769;
/** What a call of DynamoDB, SQS or KMS takes in one region (AWS: single-digit milliseconds). */
export const AWS_CALL_MS = 5;
/** Bytes that CloudWatch Logs adds to each event (AWS documentation). */
export const LOG_EVENT_BYTES = 26;
