/** Descriptions of the schemas about webhooks, as in `descriptions.ts`. */
export const WEBHOOK_TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Delivery: {
    '': 'One event of a provider, which may have been sent several times; or a sample of a refused request.',
    webhook_endpoint_id: 'The endpoint that it came to.',
    at: 'When it was received first.',
    event_at: 'When it happened, according to the provider; null when the provider does not say.',
    reason: 'Why it was refused, or makes no job.',
    job_id: 'Its job; null while it has none.',
    folded: 'Whether the job existed already, or is shared with other deliveries that request the same work.',
  },
  WebhookEndpoint: {
    '': 'An address for the events of a provider, and the jobs that they make.',
    url: 'The address to enter at the provider.',
    target: 'The credential of all events, or the name by which each event identifies one.',
    event_types: 'Only events of these types make jobs; null: all do.',
    settings: 'The values that requests are checked with in addition to the secret; by provider.',
    silent_after: 'If no event comes for this long, the endpoint is silent, and an alarm rings.',
    silent_since: 'Since when it is silent; null while it is not.',
    last_delivery_at: 'The time of the last verified event of the provider; samples do not count.',
  },
  WebhookEndpointWithSecret: {
    secret: 'Shown once: null in the reply to a repeated request, and for a provider without secrets.',
  },
  WebhookEndpointWithCounts: {
    '': 'A webhook endpoint with its counts of the last 24 hours.',
    last_24h:
      'The deliveries of the last 24 hours. `verified`: events of the provider, each once. `refused`: samples of refused requests, the first of each reason in ten minutes. `exact`: false when there were more than 1,000.',
  },
};
