/** The fields of an endpoint outside its log. */
export type WebhookFields = {
  readonly id: string;
  readonly account_id: string;
  readonly label: string | null;
  /** As the provider's schema requires. */
  readonly settings: Readonly<Record<string, unknown>>;
};

/** The settings and the decrypted secrets of a webhook endpoint. */
export type OpenedWebhook = {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The current secret first, then former ones that are still valid. Empty for a provider without secrets. */
  readonly secrets: readonly string[];
};

/** Settings and secrets of webhook endpoints. A secret is stored and used; only `open` returns it. */
export interface WebhookVault {
  /**
   * Stores a new endpoint's fields with its sealed secret (null: its provider has none). `earlier`: an earlier try of
   * the same request (same `fingerprint`) already stored the row, which is kept. `other`: the id is used by something
   * else.
   */
  put(fields: WebhookFields, secret: string | null, fingerprint: string): Promise<'stored' | 'earlier' | 'other'>;
  /** Fields by id; deleted endpoints are missing from the map. */
  fields(ids: readonly string[]): Promise<ReadonlyMap<string, WebhookFields>>;
  /** Null when the endpoint was deleted. Plain values are cached for at most 5 minutes. */
  open(id: string): Promise<OpenedWebhook | null>;
  /** Changes only the given fields and returns all fields after the change; null when the endpoint was deleted. */
  update(id: string, changes: Partial<Pick<WebhookFields, 'label' | 'settings'>>): Promise<WebhookFields | null>;
  /**
   * Makes a secret the current one. The replaced secret stays valid until `until` (ms); older ones keep their own
   * times. The highest `rotation` is the current one, in whatever order they arrive: a late secret counts as already
   * replaced. Idempotent per `rotation`: `earlier` if it was already done, `gone` if the endpoint was deleted.
   */
  rotate(id: string, secret: string, until: number, rotation: number): Promise<'rotated' | 'earlier' | 'gone'>;
  destroy(id: string): Promise<void>;
}
