/** What an endpoint has besides its log. */
export type WebhookFields = {
  readonly id: string;
  readonly account_id: string;
  readonly label: string | null;
  /** By provider, as its schema wants them. */
  readonly settings: Readonly<Record<string, unknown>>;
};

export type OpenedWebhook = {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The current one first, then the former ones whose overlap lasts. None for a provider that has none. */
  readonly secrets: readonly string[];
};

/** Settings and secrets of webhook endpoints. A secret goes in and is used; nothing but `open` gives it out. */
export interface WebhookVault {
  /**
   * Stores a new endpoint's fields with its sealed secret (null: its provider has none). A row that an earlier try of
   * the same request left behind (`fingerprint` tells) stays as it is: `earlier`; `other`: the id is taken.
   */
  put(fields: WebhookFields, secret: string | null, fingerprint: string): Promise<'stored' | 'earlier' | 'other'>;
  /** Fields by id; those that are gone are missing from the map. */
  fields(ids: readonly string[]): Promise<ReadonlyMap<string, WebhookFields>>;
  /** Null when the endpoint is gone. Plain values are kept at most 5 minutes. */
  open(id: string): Promise<OpenedWebhook | null>;
  /** Changes the fields that are given and no other; all of them as they are then, null when the endpoint is gone. */
  update(id: string, changes: Partial<Pick<WebhookFields, 'label' | 'settings'>>): Promise<WebhookFields | null>;
  /**
   * Another secret in the place of the current one, which holds beside it until `until` (ms), as each of the few before
   * it holds for its own time. The highest `rotation` is the current one, in whichever order they come: what comes late
   * is taken for replaced already. Done once per `rotation`: `earlier` when it had been done, `gone` when the endpoint is.
   */
  rotate(id: string, secret: string, until: number, rotation: number): Promise<'rotated' | 'earlier' | 'gone'>;
  destroy(id: string): Promise<void>;
}
