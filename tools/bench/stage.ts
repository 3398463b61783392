/**
 * Everything a benchmark plays on: the simulator, a bare proxy, our service, a client that loads them.
 *
 * @module
 */

import { simKey } from "../../tests/simulator/simulator.ts";
import type { CallCounts } from "../../tests/simulator/simulator.ts";
import { adminClient, type MakePool } from "./admin_client.ts";
import { type ChildProcess, startChild } from "./child_process.ts";
import type { KvCounts } from "./counting_kv.ts";
import type { LoadOrder, LoadReport } from "./load.ts";

/** Events of the long streams. */
export const EVENTS = 500;
/** A key with short answers, and one with long streams, for whoever needs only one. In no pool. */
export const ONE_KEY = simKey("ok", 999);
export const ONE_STREAM_KEY = simKey(`ok-${EVENTS}`, 999);

/** The processes, and what they can be asked. */
export interface Stage extends AsyncDisposable {
  readonly simulator: ChildProcess;
  readonly bare: ChildProcess;
  readonly service: ChildProcess;
  readonly client: ChildProcess;
  readonly makePool: MakePool;
  /** Runs a load from the client's process. */
  load(order: LoadOrder): Promise<LoadReport>;
  /** What the simulator saw of each key. */
  callsByKey(): Promise<Record<string, CallCounts>>;
  /** What our service has asked of KV. */
  kvCounts(): Promise<KvCounts>;
}

/** Starts everything. `profileDir` is where our service leaves a CPU profile when it ends. */
export async function openStage(
  { profileDir }: { profileDir?: string | undefined } = {},
): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  try {
    return await open(stack, profileDir);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function open(stack: AsyncDisposableStack, profileDir: string | undefined): Promise<Stage> {
  const start: typeof startChild = async (name, options) => {
    const child = await startChild(name, options);
    stack.defer(() => child.stop());
    return child;
  };
  const folder = await Deno.makeTempDir({ prefix: "bench-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const adminToken = randomText();

  const simulator = await start("simulator");
  const [bare, service, client] = await Promise.all([
    start("bare_proxy", {
      args: [
        simulator.origin,
        JSON.stringify({ [ONE_KEY]: ONE_KEY, [ONE_STREAM_KEY]: ONE_STREAM_KEY }),
      ],
    }),
    start("service", {
      env: {
        KV_PATH: `${folder}/kv.sqlite`,
        GEMINI_API_BASE_URL: simulator.origin,
        ADMIN_ACCESS_TOKEN: adminToken,
        ENCRYPTION_KEY: randomText(),
      },
      denoArgs: profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`],
    }),
    start("load_client"),
  ]);
  return {
    simulator,
    bare,
    service,
    client,
    makePool: adminClient(service.origin, adminToken),
    load: (order) => ask(client.origin, { method: "POST", body: JSON.stringify(order) }),
    callsByKey: () => ask(`${simulator.origin}/__simulator/keys`),
    kvCounts: () => ask(service.control),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function ask<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`Cannot ask ${url}: ${response.status}`);
  return await response.json();
}

/** 32 random bytes, in base64 for URLs. */
function randomText(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}
