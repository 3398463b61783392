/**
 * Calls Gemini with one key, once.
 *
 * Promises: the key travels in `x-goog-api-key`, never in the URL; redirects are not followed, because
 * `fetch` would take the key along; nobody sees an error as Google wrote it; whoever leaves takes the
 * upstream call with them.
 *
 * @module
 */

import type { Deadlines, Watch } from "../domain/deadlines.ts";
import type { Judgement } from "../domain/outcome.ts";
import type {
  Attempt,
  AttemptOptions,
  GeminiAnswer,
  GeminiCall,
  Upstream,
} from "../protocol/gemini/exchange.ts";
import { parseGoogleError } from "../protocol/gemini/google_error.ts";
import { clientHeaders } from "../protocol/gemini/headers.ts";
import { judge, judgeFailure, type Phase } from "./judge.ts";
import { openStream, type OpenStreams } from "./metered_stream.ts";
import { createProbe } from "./probe.ts";
import { readErrorText, readWhole } from "./read_whole.ts";

/** The longest we wait for the first byte of an answer; models that think take their time. */
export const FIRST_BYTE_MS = 120_000;
/** The longest a stream may be silent once it has begun. */
export const IDLE_MS = 120_000;

/** What the client is made of. */
export interface GeminiClientParts {
  /** Where Gemini is: an origin, perhaps with a path, without a slash at the end. */
  readonly baseUrl: string;
  /** Makes the calls; a test may hand in a simulator's. */
  readonly fetch: typeof fetch;
  /** Watches first bytes, silences and probes, all with one timer. */
  readonly deadlines: Deadlines;
  /** The calls that are under way, so that a shutdown can end them. */
  readonly streams: OpenStreams;
  /** Headers for the base URL's own use, such as a gateway's token. */
  readonly extraHeaders?: readonly [name: string, value: string][];
  /** {@linkcode FIRST_BYTE_MS} unless said otherwise. */
  readonly firstByteMs?: number;
  /** {@linkcode IDLE_MS} unless said otherwise. */
  readonly idleMs?: number;
}

const SERVED: Judgement = {
  outcome: "served",
  key: { kind: "none" },
  next: "answer",
  rule: "served",
};

/** Gemini, as `relay` sees it. */
export function createGeminiClient(parts: GeminiClientParts): Upstream {
  const { deadlines, firstByteMs = FIRST_BYTE_MS, idleMs = IDLE_MS } = parts;
  const send = sender(parts);

  async function attempt(call: GeminiCall, options: AttemptOptions): Promise<Attempt> {
    const { visitor } = options;
    const aborter = new AbortController();
    let broken: "unreachable" | "reset" | "timeout" | "shutdown" = "unreachable";
    const stopFor = (reason: typeof broken) => {
      broken = reason;
      aborter.abort();
    };
    const watch: Watch = {
      dueMs: deadlines.nowMs() + firstByteMs,
      onPast: () => stopFor("timeout"),
    };
    const underWay = { end: () => stopFor("shutdown") };
    deadlines.watch(watch);
    parts.streams.add(underWay);
    visitor.whenGone(() => aborter.abort());
    try {
      const response = await send(call, options.secret, aborter.signal);
      broken = "reset";
      return await receive(response, { call, options, aborter, watch });
    } catch (error) {
      if (visitor.gone) return { kind: "left" };
      return { kind: "failed", judgement: judgeFailure(broken), refusal: null, cause: error };
    } finally {
      parts.streams.delete(underWay);
      deadlines.forget(watch);
    }
  }

  async function receive(response: Response, received: Received): Promise<Attempt> {
    const { call, options } = received;
    if (!response.ok || isPage(response)) {
      const phase = response.ok ? "first_event" : "answer";
      return judged(response, without(options.secret, await readErrorText(response)), phase);
    }

    const headers = clientHeaders(response.headers);
    const { status, body } = response;
    if (body === null || !options.metering) {
      options.onEnd({ kind: "unseen", usage: null });
      return answered({ status, headers, body });
    }
    if (call.framing === null) {
      const { aborter } = received;
      const whole = await readWhole(response, { onEnd: options.onEnd, aborter, deadlines, idleMs });
      return answered({ status, headers, body: whole });
    }
    const stream = await openStream(body, {
      framing: call.framing,
      aborter: received.aborter,
      watch: received.watch,
      visitor: options.visitor,
      onEnd: options.onEnd,
      scrub: (text) => without(options.secret, text),
      deadlines,
      idleMs,
      streams: parts.streams,
    });
    return stream.kind === "open"
      ? answered({ status, headers, body: stream.body })
      : judged(response, without(options.secret, stream.error), "first_event");
  }

  return { attempt, probe: createProbe({ send, deadlines }) };
}

interface Received {
  readonly call: GeminiCall;
  readonly options: AttemptOptions;
  readonly aborter: AbortController;
  readonly watch: Watch;
}

/** Sends one request with one key. */
export type Send = (
  call: Pick<GeminiCall, "method" | "target" | "headers" | "body">,
  secret: string,
  signal: AbortSignal,
) => Promise<Response>;

function sender({ baseUrl, fetch, extraHeaders = [] }: GeminiClientParts): Send {
  return ({ method, target, headers, body }, secret, signal) =>
    fetch(baseUrl + target, {
      method,
      headers: [...headers, ...extraHeaders, ["x-goog-api-key", secret]],
      body,
      redirect: "manual",
      signal,
    });
}

function judged({ status, headers }: Response, body: string, phase: Phase): Attempt {
  const judgement = judge({ status, headers, body, phase });
  const error = parseGoogleError(body);
  const code = phase === "answer" ? status : error?.code ?? 502;
  return { kind: "failed", judgement, refusal: { status: code, error }, cause: null };
}

/** Google's abuse page may come with any status, 200 too. */
function isPage({ headers }: Response): boolean {
  return headers.get("content-type")?.includes("text/html") ?? false;
}

/** Google writes the key into some of its errors; nobody after this line gets to see it. */
function without(secret: string, text: string): string {
  return text.replaceAll(secret, "[key]");
}

function answered(answer: GeminiAnswer): Attempt {
  return { kind: "answered", judgement: SERVED, answer };
}
