/**
 * Makes pools and tokens through the admin API, as an operator would.
 *
 * @module
 */

/** A pool with a token that uses it. */
export interface BenchPool {
  readonly token: string;
  /** The secrets of its keys. */
  readonly keys: readonly string[];
}

/** Makes a pool of these keys. */
export type MakePool = (
  name: string,
  keys: readonly string[],
  options?: { readonly metering?: boolean },
) => Promise<BenchPool>;

/** The most keys that one call adds. */
const KEYS_PER_CALL = 5_000;

/** Talks to the admin API of a service. */
export function adminClient(origin: string, adminToken: string): MakePool {
  async function post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(`${origin}/api/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot post to ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  return async (name, keys, { metering = true } = {}) => {
    const { id } = await post<{ id: string }>("pools", { name, metering });
    for (let from = 0; from < keys.length; from += KEYS_PER_CALL) {
      await post(`pools/${id}/keys`, { keys: keys.slice(from, from + KEYS_PER_CALL) });
    }
    const { token } = await post<{ token: string }>("tokens", { name, poolId: id });
    return { token, keys };
  };
}
