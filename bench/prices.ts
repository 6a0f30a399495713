/** List prices of us-east-1 in US dollars, as published on 2026-11-24, without any free tier. */
export const PRICES = {
  /** On demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  httpApiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  sqsRequest: 0.4 / 1e6,
  logGb: 0.5,
  alarmMonth: 0.1,
  keyMonth: 1.0,
} as const;
