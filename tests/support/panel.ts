/**
 * The panel of a service that has seen something: pools whose keys are well, cool and are disabled,
 * tokens, requests that were served and some that were not.
 *
 * @module
 */

import type { Page } from "playwright-core";
import { loadAssets } from "../../lib/fresh/assets.ts";
import { readConfig } from "../../lib/config.ts";
import { newSecret } from "../../lib/local_secrets.ts";
import { createService, type Service } from "../../main.ts";
import { buildAssets } from "../../tools/fresh/build_assets.ts";
import { type ShortWay, simKey, startSimulator } from "../simulator/simulator.ts";

/** What stands in every label and name that people can choose. */
export const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>'`;

/** A panel, and what is in it. */
export interface TestPanel {
  readonly origin: string;
  readonly service: Service;
  readonly poolId: string;
  readonly tokenId: string;
  /** The token itself. */
  readonly token: string;
  /** A request that failed. */
  readonly requestId: string;
  readonly adminToken: string;
  /** Fills in the form, as a person would. */
  signIn(page: Page): Promise<void>;
  /** Calls the admin API. */
  admin(call: string, body?: unknown): Promise<Response>;
  /** Resolves once the usage of so many requests is stored, which is behind their answers. */
  counted(requests: number): Promise<void>;
}

/** Every page there is, by a name for it. */
export const PAGES = ({ poolId, tokenId, requestId }: TestPanel): Record<string, string> => ({
  overview: "/admin",
  pools: "/admin/pools",
  pool: `/admin/pools/${poolId}`,
  tokens: "/admin/tokens",
  "new-token": "/admin/tokens/new",
  token: `/admin/tokens/${tokenId}`,
  usage: "/admin/usage?by=token&step=hour",
  activity: "/admin/activity",
  requests: "/admin/requests",
  request: `/admin/requests/${requestId}`,
  settings: "/admin/settings",
  "not-found": "/admin/nothing-here",
});

const ROOT = new URL("../../", import.meta.url);
const WAYS: readonly ShortWay[] = ["ok", "invalid", "ok", "exhausted-day", "suspended", "ok"];
const PROMPT = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hello" }] }] });

/**
 * What browsers load of our own app, built once; esbuild goes on until the process ends, so a test has
 * to ask for it before it begins.
 */
export const panelAssets = await (async () => {
  const { list, read } = await buildAssets(ROOT);
  return await loadAssets(list, read);
})();

/** Opens a panel for as long as `use` takes; with `empty`, one where nothing has happened yet. */
export async function withPanel(
  use: (panel: TestPanel) => Promise<void>,
  { empty = false, label = "a key" }: { empty?: boolean; label?: string } = {},
): Promise<void> {
  const simulator = await startSimulator();
  const adminToken = newSecret("ADMIN_ACCESS_TOKEN");
  const settings: Readonly<Record<string, string>> = {
    ADMIN_ACCESS_TOKEN: adminToken,
    ENCRYPTION_KEY: newSecret("ENCRYPTION_KEY"),
    GEMINI_API_BASE_URL: simulator.url,
  };
  const kv = await Deno.openKv(":memory:");
  const closing = new AbortController();
  const service = await createService(kv, readConfig((name) => settings[name]), {
    assets: panelAssets,
    sink: () => Promise.resolve(),
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: closing.signal },
    service.handle,
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;

  const admin: TestPanel["admin"] = (call, body) => {
    const [method = "", path = ""] = call.split(" ");
    return fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const panel = { origin, service, adminToken, admin, counted, signIn, ...await filled() };
  try {
    await use(panel);
  } finally {
    closing.abort();
    await server.finished;
    await service.settle();
    await simulator.stop();
    kv.close();
  }

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${origin}/admin/login`);
    await page.getByLabel("Admin access token").fill(adminToken);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(/\/admin$/);
  }

  async function filled() {
    if (empty) return { poolId: "", tokenId: "", token: "", requestId: "" };
    const keys = WAYS.map((way, n) => ({
      secret: simKey(way, n + 1),
      label: `${label} ${n}`.slice(0, 90),
      ...(n === 0 && { project: "my-project" }),
    }));
    const made = await (await admin("POST /api/tokens", { name: label.slice(0, 90), keys })).json();
    const laptop = { name: "laptop", poolId: made.poolId, requestsPerMinute: 60 };
    await (await admin("POST /api/tokens", laptop)).body?.cancel();
    await (await admin("POST /api/pools", { name: "without keys" })).body?.cancel();
    for (let n = 0; n < 12; n++) await (await generate(made.token)).body?.cancel();
    const failed = await generate(made.token, "no-such-model");
    await failed.body?.cancel();
    await counted(13);
    return {
      poolId: String(made.poolId),
      tokenId: String(made.id),
      token: String(made.token),
      requestId: failed.headers.get("x-request-id") ?? "",
    };
  }

  async function counted(requests: number): Promise<void> {
    service.chores.forEach(({ run }) => run());
    for (let n = 0; n < 500; n++) {
      const { hour } = await (await admin("GET /api/overview")).json();
      if (hour.requests === requests) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`usage of ${requests} requests was never stored`);
  }

  function generate(token: string, model = "gemini-3.6-flash"): Promise<Response> {
    return fetch(`${origin}/v1beta/models/${model}:generateContent`, {
      method: "POST",
      headers: { "x-goog-api-key": token, "content-type": "application/json" },
      body: PROMPT,
    });
  }
}
