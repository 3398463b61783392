/**
 * The admin API over storage in memory, and a client for it that reads like its documentation.
 *
 * @module
 */

import type { ProbeKey, ProbeVerdict } from "../../../lib/domain/ports.ts";
import { type AdminApi, createAdminApi } from "../../../lib/web/admin_api.ts";
import type { KeyItem } from "../../../lib/web/admin/key_item.ts";
import type { PoolItem } from "../../../lib/web/admin/pool_item.ts";
import type { TokenItem } from "../../../lib/web/admin/token_item.ts";
import { aSecret } from "../../support/builders.ts";
import { aStorage, type TestStorage } from "../../support/storage.ts";

/** The admin access token of these tests. */
export const ADMIN_TOKEN = "an-admin-access-token/of+46=characters.or~more";

/** An answer, its JSON read. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** What an error looks like. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

/** A request besides its method and path. */
export interface Sent {
  readonly body?: BodyInit | null;
  readonly type?: string | null;
  readonly authorization?: string | null;
}

/** Everything a test of the admin API holds in its hands. */
export interface AdminClient {
  readonly app: AdminApi;
  readonly storage: TestStorage;
  /** What the probe will say, and which secrets it was asked about. */
  readonly probe: { says: ProbeVerdict; readonly asked: string[] };
  send<T = Refusal>(method: string, path: string, sent?: Sent): Promise<Answer<T>>;
  get<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, json?: unknown): Promise<Answer<T>>;
  patch<T>(path: string, json: unknown): Promise<Answer<T>>;
  delete(path: string): Promise<Answer<Refusal>>;
  /** A new pool's address, `/api/pools/<id>`. */
  aPool(name?: string): Promise<string>;
  /** A new key in that pool. */
  aKey(pool: string, candidate?: object): Promise<KeyItem>;
  /** A new token on a new pool. */
  aToken(settings?: object): Promise<TokenItem & { readonly token: string }>;
}

/** A test function with an admin API of its own. */
export function withAdmin(test: (admin: AdminClient) => Promise<void>): () => Promise<void> {
  return async () => {
    await using storage = await aStorage();
    await test(adminClient(storage));
  };
}

function adminClient(storage: TestStorage): AdminClient {
  const probe: AdminClient["probe"] = { says: { verdict: "good", why: "" }, asked: [] };
  const ask: ProbeKey = (secret) => {
    probe.asked.push(secret);
    return Promise.resolve(probe.says);
  };
  const app = createAdminApi({ ...storage, probe: ask, adminToken: ADMIN_TOKEN });
  let secrets = 0;

  const admin: AdminClient = {
    app,
    storage,
    probe,

    async send<T>(
      method: string,
      path: string,
      { body = null, type = "application/json", authorization = `Bearer ${ADMIN_TOKEN}` }: Sent =
        {},
    ) {
      const headers = new Headers();
      if (authorization !== null) headers.set("authorization", authorization);
      if (body !== null && type !== null) headers.set("content-type", type);
      const response = await app.request(path, { method, headers, body });
      const text = await response.text();
      const read = text === "" ? null : JSON.parse(text);
      return { status: response.status, headers: response.headers, body: read as T };
    },

    get: (path) => admin.send("GET", path),
    post: (path, json) => admin.send("POST", path, asJson(json)),
    patch: (path, json) => admin.send("PATCH", path, asJson(json)),
    delete: (path) => admin.send("DELETE", path),

    async aPool(name = "research") {
      const { body } = await admin.post<PoolItem>("/api/pools", { name });
      return `/api/pools/${body.id}`;
    },

    async aKey(pool, candidate = {}) {
      const keys = [{ secret: aSecret(secrets++), ...candidate }];
      const { body } = await admin.post<{ added: [KeyItem] }>(`${pool}/keys`, { keys });
      return body.added[0];
    },

    async aToken(settings = {}) {
      const json = { name: "laptop", keys: [aSecret(secrets++)], ...settings };
      return (await admin.post<TokenItem & { token: string }>("/api/tokens", json)).body;
    },
  };
  return admin;
}

function asJson(value: unknown): Sent {
  return { body: value === undefined ? null : JSON.stringify(value) };
}
