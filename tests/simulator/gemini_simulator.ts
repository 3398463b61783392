/**
 * The simulator itself: takes a request from its credential to its answer.
 *
 * @module
 */

import type { Call, Surroundings } from "./call.ts";
import type { CallCounts, ReceivedRequest, Simulator, SimulatorOptions } from "./contract.ts";
import { control, isControl } from "./control.ts";
import { type Credential, credentialOf } from "./credentials.ts";
import { FastLane } from "./fast_lane.ts";
import { KeyBook, nextWay } from "./key_book.ts";
import { fetchFrom } from "./fetch_from.ts";
import { sleep } from "./paced_stream.ts";
import { Quotas } from "./quota.ts";
import { reply, replyCancelled, replyError } from "./reply.ts";
import { bodyOf } from "./request_body.ts";
import { routeOf } from "./routes.ts";
import { sumOf, Tally } from "./tally.ts";
import { treat } from "./treat.ts";
import type { KeyWays } from "./ways.ts";

const NOT_FOUND_PAGE = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n";

/** A simulator that answers requests handed to it; it holds no port and no timer. */
export class GeminiSimulator implements Simulator {
  readonly fetch: Simulator["fetch"];
  #book: KeyBook;
  #around: Surroundings;
  #fastLane: FastLane | undefined;
  #requests: ReceivedRequest[] = [];
  #remember: number;
  /** Calls that named no key. */
  #keyless = new Tally();
  #answers = 0;

  constructor({
    clock = Date.now,
    random = Math.random,
    wait = sleep,
    pace = {},
    fast = false,
    remember = 200,
    signal = new AbortController().signal,
    ...keys
  }: SimulatorOptions = {}) {
    this.#book = new KeyBook(keys);
    this.#around = {
      clock,
      random,
      wait,
      pace: { events: 4, everyMs: 0, eventBytes: 0, ...pace },
      quotas: new Quotas(),
      closing: signal,
      nextId: () => `sim${String(++this.#answers).padStart(19, "0")}`,
    };
    this.#remember = remember;
    this.#fastLane = fast ? new FastLane(this.#book, this.#around) : undefined;
    this.fetch = fetchFrom((request) => this.handle(request), signal);
  }

  /** Answers a request as it came from the network. */
  handle(request: Request): Response | Promise<Response> {
    if (isControl(request.url)) return control(this, request);
    return this.#fastLane?.answer(request) ?? this.#handle(request);
  }

  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  ways(secret: string): KeyWays {
    return this.#book.of(secret).ways;
  }

  setWays(secret: string, ways: KeyWays): void {
    this.#book.setWays(secret, ways);
  }

  setProject(secret: string, project: string): void {
    this.#book.of(secret).project = project;
  }

  calls(secret?: string): CallCounts {
    if (secret !== undefined) return this.#book.of(secret).tally.counts();
    return sumOf([this.#keyless.counts(), ...Object.values(this.callsByKey())]);
  }

  callsByKey(): Record<string, CallCounts> {
    return Object.fromEntries(
      [...this.#book.all()].map(({ secret, tally }) => [secret, tally.counts()]),
    );
  }

  reset(): void {
    this.#book.reset();
    this.#around.quotas.reset();
    this.#requests = [];
    this.#keyless = new Tally();
  }

  async #handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const credential = credentialOf(request.headers, url);
    const tally = credential.kind === "key"
      ? this.#book.of(credential.secret).tally
      : this.#keyless;
    const open = tally.open();

    const body = await bodyOf(request);
    this.#note(request, credential, body ?? new Uint8Array());
    if (body === undefined) return replyCancelled(open);
    if (credential.kind !== "key") {
      return replyError(open, credential.error, { outcome: credential.kind });
    }

    const key = this.#book.of(credential.secret);
    const route = routeOf(request.method, url);
    if (route === undefined) {
      const page = { status: 404, type: "text/html; charset=UTF-8", body: NOT_FOUND_PAGE };
      return reply(open, { ...page, outcome: "notFound" });
    }
    const call: Call = { request, route, key, open, ...contentOf(body) };
    return await treat(nextWay(key), call, this.#around);
  }

  #note(
    { method, url, headers }: Request,
    credential: Credential,
    body: Uint8Array<ArrayBuffer>,
  ): void {
    const key = credential.kind === "key" ? credential.secret : null;
    this.#requests.push({ method, url, headers: Object.fromEntries(headers), key, body });
    if (this.#requests.length > this.#remember) this.#requests.shift();
  }
}

function contentOf(body: Uint8Array): Pick<Call, "json" | "text"> {
  const text = new TextDecoder().decode(body);
  try {
    const value: unknown = JSON.parse(text || "{}");
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return { text, json: isObject ? value as Record<string, unknown> : undefined };
  } catch {
    return { text, json: undefined };
  }
}
