/**
 * The whole service in a test: its KV in memory, a simulated Gemini, a log that is kept.
 *
 * Whatever a journey does, these hold when it ends, or it fails: no secret was seen anywhere; every
 * answer had an id, and the log has exactly one line for it, which tells the same status; no prompt
 * stands in the log.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readConfig } from "../../lib/config.ts";
import { createService, type Service } from "../../main.ts";
import { type Fetch, fetchFrom, type Handler } from "../simulator/fetch_from.ts";
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../simulator/simulator.ts";
import { Canaries } from "./canaries.ts";
import type { HandClock } from "./hand_clock.ts";
import { dumpKv, type FaultyKv, faultyKv } from "./kv.ts";

/** What clients say to Gemini unless a test says otherwise; it must not stand in a log. */
export const PROMPT = "Why is the canary-prompt blue?";
/** The model they ask, unless a test says otherwise. */
export const FLASH = "gemini-2.5-flash";

/** The admin access token of every service under test. */
export const ADMIN_TOKEN = "adm_Vq8XzT4mKc2Lw9RbYp5Hd7Jf3NgSu6Ae";
const ENCRYPTION_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vASNFZ4k=";
/** Where it is asked. */
export const ORIGIN = "http://rotator.example";

/** How a service under test differs from the usual one. */
export interface ServiceOptions {
  /**
   * Time that only the test moves, for us and for Gemini. A write that lost a race is tried again at
   * once: the KV has a thread of its own, so no test knows when it would have to end that pause.
   */
  readonly clock?: HandClock;
  /** Answers in Gemini's place. */
  readonly upstream?: Handler;
  /** What differs in the simulator. */
  readonly simulator?: Omit<SimulatorOptions, "clock">;
  /** Gemini listens on a port of its own, and is called as in production. */
  readonly sockets?: boolean;
  /** GitHub, for who signs in there. */
  readonly gitHub?: typeof globalThis.fetch;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly random?: () => number;
}

/** A token as the admin API answers when it made one. */
export interface MadeToken {
  readonly id: string;
  readonly token: string;
  readonly poolId: string;
  readonly keys: { readonly added: readonly ShownKey[] };
}

/** A key as the admin API shows it. */
export interface ShownKey {
  readonly id: string;
  readonly fingerprint: string;
  readonly lastFour: string;
  readonly state: string;
  readonly reason: string | null;
  readonly cooldowns: readonly { model: string; scope: string; reason: string; until: string }[];
  readonly lastOutcome: { rule: string; status: number | null } | null;
  readonly disabled: { by: string; reason: string | null; nextProbeAt: string | null } | null;
}

/** An answer that has been read to its end. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- tests look wherever they like
  readonly json: any;
}

/** What is asked of Gemini; only the token has to be said. */
export interface Question {
  readonly token: string;
  readonly model?: string;
  readonly verb?: string;
  readonly version?: string;
  readonly query?: string;
  /** The body; an object becomes JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** One process of the service. */
export interface Isolate {
  readonly service: Service;
  /** The KV as this process reaches it. */
  readonly kv: FaultyKv;
  /** Sends a request; the path may stand alone. The body is the test's to read. */
  send(address: string, init?: RequestInit): Promise<Response>;
  /** The same, read to its end. */
  ask(address: string, init?: RequestInit): Promise<Answered>;
  /** The same, of a page that may show the tokens it has made; nothing after it may. */
  askToShow(address: string, init: RequestInit): Promise<Answered>;
  /** Calls a verb of a model, `generateContent` unless told otherwise. */
  generate(question: Question): Promise<Answered>;
  /** Begins a stream of events; with another `query` an array. */
  stream(question: Question): Promise<Response>;
  /** Calls the admin API as an operator. */
  admin(
    call: `${"GET" | "POST" | "PATCH" | "DELETE"} ${string}`,
    body?: unknown,
  ): Promise<Answered>;
  /** Makes a token with a pool of these keys. */
  token(keys: readonly string[], more?: Readonly<Record<string, unknown>>): Promise<MadeToken>;
  /** The keys of a pool, in the order of their ids, once all that was learnt of them is stored. */
  keys(poolId: string): Promise<readonly ShownKey[]>;
  /** Listens on a port; returns the origin. */
  listen(): string;
  /** Does every chore once, and waits for what they and earlier requests left to do. */
  chores(): Promise<void>;
  /** Ends this process properly. */
  stop(): Promise<void>;
}

/** A service under test, with all that a test may want to hold in its hands. */
export interface TestService extends Isolate {
  readonly simulator: Simulator;
  readonly canaries: Canaries;
  /** URLs and headers of every call to Gemini, the header with the key left out. */
  readonly outbound: readonly OutboundCall[];
  /** The log so far, one object a line; complete once the service has stopped. */
  readonly log: readonly LogLine[];
  /** Another process on the same KV. */
  another(): Promise<Isolate>;
}

/** A call as it left us. */
export interface OutboundCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A line of the log. */
export interface LogLine {
  readonly id?: string;
  readonly status?: number;
  readonly level?: string;
  readonly what?: string;
  readonly end?: string;
  readonly cause?: string;
  readonly attempts?: readonly { key: string; rule: string; status: number | null }[];
  readonly usage?: Readonly<Record<string, number>>;
  readonly [name: string]: unknown;
}

/** Runs a test against a service of its own, and looks at what it left behind. */
export async function withService(
  options: ServiceOptions,
  test: (t: TestService) => Promise<void>,
): Promise<void> {
  const world = await openWorld(options);
  let failure: unknown = null;
  try {
    await test(world.t);
  } catch (error) {
    failure = error ?? new Error("the test threw nothing");
  }
  await world.close();
  if (failure !== null) throw failure;
  world.check();
}

async function openWorld(
  { clock, upstream, simulator, sockets, gitHub, env, random }: ServiceOptions,
) {
  const canaries = new Canaries();
  canaries.add("admin token", ADMIN_TOKEN);
  canaries.add("encryption key", ENCRYPTION_KEY);
  canaries.add("encryption key's bytes", atob(ENCRYPTION_KEY));

  const simulated = { ...simulator, ...(clock && { clock: () => clock.now() }) };
  const running = sockets ? await startSimulator(simulated) : null;
  const gemini = running ?? createSimulator(simulated);
  const closing = new AbortController();
  const fetch = upstream ? fetchFrom(upstream, closing.signal) : gemini.fetch;

  const kv = await Deno.openKv(":memory:");
  const outbound: OutboundCall[] = [];
  const answers: SeenAnswer[] = [];
  const written: string[] = [];
  const isolates: Isolate[] = [];
  const config = readConfig((name) => ({
    ADMIN_ACCESS_TOKEN: ADMIN_TOKEN,
    ENCRYPTION_KEY,
    GEMINI_API_BASE_URL: running?.url,
    ...env,
  }[name]));

  const another = async (): Promise<Isolate> => {
    const reached = faultyKv(kv);
    const service = await createService(reached, config, {
      ...(running === null && { fetch: noting(fetch, { outbound, canaries }) }),
      ...(gitHub && { gitHubFetch: gitHub }),
      sweepMs: 5,
      sink: (text) => Promise.resolve(void written.push(text)),
      ...(clock && { clock: { ...clock, sleep: () => Promise.resolve() } }),
      ...(random && { random }),
    });
    const isolate = isolateOf(service, reached, { canaries, answers });
    isolates.push(isolate);
    return isolate;
  };

  const first = await another();
  const t: TestService = {
    ...first,
    simulator: gemini,
    canaries,
    outbound,
    another,
    get log() {
      return written.join("").split("\n").filter((line) => line !== "").map((line) =>
        JSON.parse(line)
      );
    },
  };
  return {
    t,
    async close() {
      for (const answer of answers) await answer.abandon();
      for (const isolate of isolates) await isolate.stop();
      canaries.saw("KV", await dumpKv(kv));
      for (const { method, url, headers } of running?.requests ?? []) {
        const { "x-goog-api-key": _key, ...shown } = headers;
        canaries.saw("a call to Gemini", `${method} ${url} ${JSON.stringify(shown)}`);
      }
      canaries.saw("the log", written.join(""));
      kv.close();
      closing.abort();
      await running?.stop();
    },
    check() {
      assert.deepEqual(canaries.hits(), []);
      assert.ok(!written.join("").includes("canary-prompt"), "a prompt stands in the log");
      checkLines(t.log, answers);
    },
  };
}

/** Every answer has its line, and every line its answer. */
function checkLines(log: readonly LogLine[], answers: readonly SeenAnswer[]): void {
  for (const { id, status, address } of answers) {
    const lines = log.filter((line) => line.id === id);
    assert.ok(id !== null && /^[0-9a-f-]{36}$/.test(id), `no x-request-id: ${address}`);
    assert.equal(lines.length, 1, `${lines.length} lines for ${address}`);
    assert.equal(lines[0]?.status, status, `another status in the log for ${address}`);
  }
}

interface SeenAnswer {
  readonly address: string;
  readonly id: string | null;
  readonly status: number;
  /** Cancels what has not been read. */
  abandon(): Promise<void>;
}

function noting(
  fetch: Fetch,
  { outbound, canaries }: { outbound: OutboundCall[]; canaries: Canaries },
): typeof globalThis.fetch {
  return (input, init) => {
    const { url, method, headers } = new Request(input, { ...init, body: null });
    const shown = Object.fromEntries(headers);
    const key = shown["x-goog-api-key"];
    if (key !== undefined) canaries.add("upstream key", key);
    delete shown["x-goog-api-key"];
    // There the key is a bearer token, and stands in no other header.
    if (new URL(url).pathname.startsWith("/v1beta/openai/")) delete shown["authorization"];
    outbound.push({ url, method, headers: shown });
    canaries.saw("a call to Gemini", `${method} ${url} ${JSON.stringify(shown)}`);
    return fetch(input, init);
  };
}

interface Seeing {
  readonly canaries: Canaries;
  readonly answers: SeenAnswer[];
}

/** Probes of the platform and answers to nobody have no line. */
const WITHOUT_LINE = /^\/(?:healthz|readyz)?$/;
const TO_NOBODY = 499;

function isolateOf(service: Service, kv: FaultyKv, { canaries, answers }: Seeing): Isolate {
  const servers: Deno.HttpServer[] = [];
  const closing = new AbortController();
  let stopped: Promise<void> | null = null;

  async function send(address: string, init: RequestInit = {}): Promise<Response> {
    const url = address.startsWith("http") ? address : ORIGIN + address;
    const request = asReceived(url, init);
    const response = await service.handle(request);
    return seen(response, address, []);
  }

  function seen(response: Response, address: string, shown: string[]): Response {
    const { status, headers } = response;
    canaries.saw(`headers of ${address}`, JSON.stringify([...headers]), { shown });
    const tape: Uint8Array[] = [];
    const reader = response.body?.getReader() ?? null;
    let over = reader === null;
    const end = () => {
      if (!over) canaries.saw(`body of ${address}`, bytesOf(tape), { shown });
      over = true;
    };
    const answer = {
      address,
      id: headers.get("x-request-id"),
      status,
      async abandon() {
        if (over) return;
        end();
        await reader?.cancel().catch(() => {});
      },
    };
    if (!WITHOUT_LINE.test(address) && status !== TO_NOBODY) answers.push(answer);
    if (reader === null) return response;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (value) tape.push(value.slice());
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
    return new Response(body, { status, headers });
  }

  const ask = async (address: string, init: RequestInit = {}) => read(await send(address, init));

  const verb = ({ token, model = FLASH, verb = "generateContent", ...question }: Question) => {
    const { version = "v1beta", query = "", body = askedWith(PROMPT), headers, signal } = question;
    return [`/${version}/models/${model}:${verb}${query}`, {
      method: "POST",
      headers: { "x-goog-api-key": token, "content-type": "application/json", ...headers },
      body: isBody(body) ? body : JSON.stringify(body),
      ...(signal && { signal }),
    }] as const;
  };

  const admin: Isolate["admin"] = async (call, body) => {
    const [method = "", path = ""] = call.split(" ");
    const request = asReceived(ORIGIN + path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await service.handle(request);
    const copy = await response.clone().json().catch(() => null);
    const shown = typeof copy?.token === "string" ? [copy.token] : [];
    return await read(seen(response, path, shown));
  };

  const isolate: Isolate = {
    service,
    kv,
    send,
    ask,
    async askToShow(address, init) {
      const response = await service.handle(asReceived(ORIGIN + address, init));
      const shown = (await response.clone().text()).match(/gkr_[\w-]{43}/g) ?? [];
      for (const token of shown) canaries.add("access token", token);
      return await read(seen(response, address, [...shown]));
    },
    admin,
    generate: (question) => ask(...verb(question)),
    stream: (question) =>
      send(...verb({ verb: "streamGenerateContent", query: "?alt=sse", ...question })),
    async token(keys, more = {}) {
      for (const key of keys) canaries.add("upstream key", key);
      const { status, json, text } = await admin("POST /api/tokens", {
        name: "a client",
        keys,
        ...more,
      });
      assert.equal(status, 201, text);
      canaries.add("access token", json.token);
      return json;
    },
    async keys(poolId) {
      // What a request taught us of its key is stored behind the answer.
      await service.settle();
      const { status, json, text } = await admin(`GET /api/pools/${poolId}/keys`);
      assert.equal(status, 200, text);
      return json.items;
    },
    listen() {
      const server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: closing.signal },
        async (request) => {
          const response = await service.handle(request);
          const { status, headers } = response;
          const { pathname } = URL.parse(request.url) ?? { pathname: request.url };
          canaries.saw(`headers of ${request.url}`, JSON.stringify([...headers]));
          if (!WITHOUT_LINE.test(pathname) && status !== TO_NOBODY) {
            const id = headers.get("x-request-id");
            answers.push({ address: pathname, id, status, abandon: () => Promise.resolve() });
          }
          return response;
        },
      );
      servers.push(server);
      return `http://127.0.0.1:${server.addr.port}`;
    },
    chores() {
      service.chores.forEach(({ run }) => run());
      return service.settle();
    },
    stop() {
      return stopped ??= (async () => {
        // Not `shutdown()`, which in Deno 2.5 may wait three minutes for a connection nobody uses.
        closing.abort();
        for (const server of servers) await server.finished;
        await service.settle();
      })();
    },
  };
  return isolate;
}

/** A request as `Deno.serve` hands it over: of a network, with the length of its body. */
function asReceived(url: string, init: RequestInit): Request {
  const headers = new Headers(init.headers);
  if (typeof init.body === "string") {
    headers.set("content-length", String(new TextEncoder().encode(init.body).length));
  }
  return new Request(url, { ...init, headers });
}

/** The body of a prompt. */
export function askedWith(prompt: string): unknown {
  return { contents: [{ role: "user", parts: [{ text: prompt }] }] };
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answered> {
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  return {
    status,
    headers,
    bytes,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** So many bytes as one. */
export function bytesOf(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function isBody(body: unknown): body is string | Uint8Array<ArrayBuffer> | ReadableStream {
  return typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
}
