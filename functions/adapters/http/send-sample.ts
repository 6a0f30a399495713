const TIMEOUT_MS = 15_000;

type Sample = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/**
 * Sends a request and returns the status of its response; null when none came within 15 s. Redirects are not followed.
 */
export async function sendSample(url: string, { method, headers, query, body }: Sample): Promise<number | null> {
  const search = new URLSearchParams(query).toString();
  try {
    const reply = await fetch(search === '' ? url : `${url}?${search}`, {
      method,
      headers: { ...headers },
      body: Buffer.from(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await reply.body?.cancel();
    return reply.status;
  } catch {
    return null;
  }
}
