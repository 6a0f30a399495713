import * as z from 'zod';

/** A row of the Views table. Index attributes exist only where the row belongs in that index. */
export const viewRowSchema = z.object({
  id: z.string(),
  /** Version of the stream that the row was folded from. */
  v: z.int(),
  /**
   * The fold that made the row; 1 when absent. A release with another fold lists such a row, and reads the stream
   * where it needs the state.
   */
  f: z.int().optional(),
  /** The folded state without its nulls. Absent in a tombstone. */
  b: z.record(z.string(), z.unknown()).optional(),
  ga: z.string().optional(),
  gt: z.string().optional(),
  gc: z.string().optional(),
  gb: z.string().optional(),
  gs: z.string().optional(),
  ge: z.string().optional(),
  s: z.string().optional(),
  go: z.string().optional(),
  od: z.string().optional(),
  /** Seconds since the epoch: when a tombstone that retention does not remove expires. */
  ttl: z.int().optional(),
});
export type ViewRow = z.infer<typeof viewRowSchema>;

/**
 * The account of any row except that of a job. It is in the keys of the row's indexes; for the row of an account or a
 * failure group it is in the state. Null for tombstones.
 */
export function accountOfRow(row: ViewRow | null): string | null {
  const [, listed] = row?.ga?.split('#') ?? [];
  const [owner] = row?.gt?.split('#') ?? [];
  const own = row?.b?.account_id ?? (row?.id.startsWith('acc_') ? row.id : null);
  return listed ?? owner ?? (typeof own === 'string' ? own : null);
}

/** The fold of projections that never changed it. */
export const FIRST_FOLD = 1;

/** How long a tombstone is kept: a late record must not bring the deleted entity back. */
export const TOMBSTONE_SECONDS = 7 * 24 * 3600;

export function tombstone(id: string, version: number, deletedAt: string): ViewRow {
  return { id, v: version, ttl: Math.floor(Date.parse(deletedAt) / 1000) + TOMBSTONE_SECONDS };
}

/** Stores the body under short names, so that a row stays within 1 KB; nulls are left out, times become numbers. */
export type BodyCodec<State> = {
  encode(state: State): Record<string, unknown>;
  decode(body: Record<string, unknown>): State;
};

export function bodyCodec<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  names: { readonly [Field in keyof Shape & string]: string },
  times: ReadonlySet<keyof Shape & string>,
): BodyCodec<z.infer<z.ZodObject<Shape>>> {
  const fields = Object.entries<string>(names);
  const isTime = (field: string): boolean => [...times].some((time) => time === field);
  return {
    encode(state) {
      const values = new Map<string, unknown>(Object.entries(state));
      const body: Record<string, unknown> = {};
      for (const [field, short] of fields) {
        const value = values.get(field);
        if (value === null || value === undefined) continue;
        body[short] = isTime(field) && typeof value === 'string' ? Date.parse(value) : value;
      }
      return body;
    },
    decode(body) {
      const state: Record<string, unknown> = {};
      for (const [field, short] of fields) {
        // Absent in a row of an earlier release: use the schema's default.
        const value = body[short] ?? (schema.shape[field] instanceof z.ZodDefault ? undefined : null);
        state[field] = isTime(field) && typeof value === 'number' ? new Date(value).toISOString() : value;
      }
      return schema.parse(state);
    },
  };
}

/** A state as a row's body, for rows that need no short names. */
export function withoutNulls(state: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null));
}
