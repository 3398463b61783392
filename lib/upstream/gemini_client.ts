/**
 * Calls Gemini with one key, once.
 *
 * Promises: the key travels in a header, never in the URL; redirects are not followed, because the key
 * would travel along; nobody sees an error as Google wrote it; whoever leaves takes the
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
import { readErrorText, readWhole, untouched } from "./read_whole.ts";
import { Line, type Send, type WireAnswer } from "./wire.ts";

/** The longest we wait for the first byte of an answer; models that think take their time. */
export const FIRST_BYTE_MS = 120_000;
/** The longest a stream may be silent once it has begun. */
export const IDLE_MS = 120_000;

/** What the client is made of. */
export interface GeminiClientParts {
  /** Carries the calls. */
  readonly send: Send;
  /** Watches first bytes, silences and probes, all with one timer. */
  readonly deadlines: Deadlines;
  /** The calls that are under way, so that a shutdown can end them. */
  readonly streams: OpenStreams;
  /** {@linkcode FIRST_BYTE_MS} unless said otherwise. */
  readonly firstByteMs?: number;
  /** {@linkcode IDLE_MS} unless said otherwise. */
  readonly idleMs?: number;
}

/** The most of an answer that is kept before it is sent on. */
const MAX_KEPT_BYTES = 1_048_576;
/** The same where a dialect needs all of it: a hundred embeddings have some 8 MB, images more. */
const MAX_READ_HERE_BYTES = 67_108_864;

const SERVED: Judgement = {
  outcome: "served",
  key: { kind: "none" },
  next: "answer",
  rule: "served",
};

/** Gemini, as `relay` sees it. */
export function createGeminiClient(parts: GeminiClientParts): Upstream {
  const { send, deadlines, firstByteMs = FIRST_BYTE_MS, idleMs = IDLE_MS } = parts;

  async function attempt(call: GeminiCall, options: AttemptOptions): Promise<Attempt> {
    const { visitor } = options;
    const line = new Line();
    let broken: "unreachable" | "reset" | "timeout" | "shutdown" = "unreachable";
    const stopFor = (reason: typeof broken) => {
      broken = reason;
      line.hangUp();
    };
    const watch: Watch = {
      dueMs: deadlines.nowMs() + firstByteMs,
      onPast: () => stopFor("timeout"),
    };
    const underWay = { end: () => stopFor("shutdown") };
    deadlines.watch(watch);
    parts.streams.add(underWay);
    visitor.whenGone(() => line.hangUp());
    try {
      const answer = await send(call, options.secret, line);
      broken = "reset";
      return await receive(answer, { call, options, line, watch });
    } catch (error) {
      if (visitor.gone) return { kind: "left" };
      return { kind: "failed", judgement: judgeFailure(broken), refusal: null, cause: error };
    } finally {
      parts.streams.delete(underWay);
      deadlines.forget(watch);
    }
  }

  async function receive(answer: WireAnswer, received: Received): Promise<Attempt> {
    const { status, headers, body } = answer;
    const { call, options, line } = received;
    const isOk = status >= 200 && status < 300;
    if (!isOk || isPage(headers)) {
      return judged(answer, without(options.secret, await readErrorText(body)), isOk);
    }
    const passed = { status, headers: clientHeaders(headers) };
    if (call.isForeign) {
      options.onEnd({ kind: "unseen", usage: null });
      return answered({ ...passed, body: untouched(body) });
    }
    const metering = options.metering || call.readHere === true;
    if (call.framing === null) {
      const { onEnd } = options;
      const maxKeptBytes = call.readHere ? MAX_READ_HERE_BYTES : MAX_KEPT_BYTES;
      const reading = { onEnd, metering, line, deadlines, idleMs, maxKeptBytes };
      return answered({ ...passed, body: await readWhole(body, reading) });
    }
    if (!metering) {
      options.onEnd({ kind: "unseen", usage: null });
      return answered({ ...passed, body: untouched(body) });
    }
    const stream = await openStream(body, {
      framing: call.framing,
      line,
      watch: received.watch,
      visitor: options.visitor,
      onEnd: options.onEnd,
      scrub: (text) => without(options.secret, text),
      deadlines,
      idleMs,
      streams: parts.streams,
    });
    return stream.kind === "open"
      ? answered({ ...passed, body: stream.body })
      : judged(answer, without(options.secret, stream.error), true);
  }

  return { attempt, probe: createProbe({ send, deadlines }) };
}

interface Received {
  readonly call: GeminiCall;
  readonly options: AttemptOptions;
  readonly line: Line;
  readonly watch: Watch;
}

function judged({ status, headers }: WireAnswer, body: string, insideGood: boolean): Attempt {
  const phase: Phase = insideGood ? "first_event" : "answer";
  const judgement = judge({ status, headers, body, phase });
  const error = parseGoogleError(body);
  const code = insideGood ? error?.code ?? 502 : status;
  return { kind: "failed", judgement, refusal: { status: code, error }, cause: null };
}

/** Google's abuse page may come with any status, 200 too. */
function isPage(headers: WireAnswer["headers"]): boolean {
  return headers.get("content-type")?.includes("text/html") ?? false;
}

/** Google writes the key into some of its errors; nobody after this line gets to see it. */
function without(secret: string, text: string): string {
  return text.replaceAll(secret, "[key]");
}

function answered(answer: GeminiAnswer): Attempt {
  return { kind: "answered", judgement: SERVED, answer };
}
