/** What the schemas about webhooks do not say by themselves, as in `descriptions.ts`. */
export const WEBHOOK_TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Delivery: {
    '': 'One event of a provider, however often it was sent; or a sample of what was refused.',
    webhook_endpoint_id: 'The endpoint that it came to.',
    at: 'When it was received first.',
    event_at: 'When it happened, by the provider; null when the provider does not say.',
    reason: 'Why it was refused, or makes no job.',
    job_id: 'The job that it led to; null until then.',
    folded: 'Whether that job was there already, or is shared with others that asked for the same.',
  },
  WebhookEndpoint: {
    '': 'Where a provider reports to, and what its events make.',
    url: 'What the provider is given.',
    target: 'The credential that all events are about, or by what name each event says which one.',
    event_types: 'Only these make jobs; null: all do.',
    settings: 'What its requests are checked by besides the secret; by provider.',
    silent_after: 'When nothing comes for so long the endpoint is silent, and an alarm is raised.',
    silent_since: 'Since when it is silent; null while it is not.',
    last_delivery_at: 'When the last verified event came from the provider; samples do not count.',
  },
  WebhookEndpointWithSecret: {
    secret: 'Shown once: null in the reply to a repeated request, and of a provider that has none.',
  },
  WebhookEndpointWithCounts: {
    '': 'A webhook endpoint with what came to it.',
    last_24h:
      'What came in the last 24 hours. `verified`: events of the provider, each once. `refused`: samples of refused requests, the first of each reason in ten minutes. `exact`: false when there were more than 1,000.',
  },
};
