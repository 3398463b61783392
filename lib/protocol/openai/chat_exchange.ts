/**
 * One chat request and its answer: what is asked of Gemini, and what is made of what comes.
 *
 * @module
 */

import { RotatorError, UPSTREAM_UNREACHABLE } from "../../domain/errors.ts";
import type { SignedCall } from "../../domain/ports.ts";
import type { GeminiAnswer, GeminiCall, GeminiRefusal, Relayed } from "../gemini/exchange.ts";
import { parseAnswer } from "../gemini/generate/parse_answer.ts";
import type { HeaderPairs } from "../gemini/headers.ts";
import { ChatAnswer, type Verdict } from "./chat_answer.ts";
import type { ChoiceDelta } from "./chat_delta.ts";
import type { ChatRequest } from "./chat_request.ts";
import { type Beginning, ChatStream } from "./chat_stream.ts";
import { ChunkWriter } from "./chunks.ts";
import { type AnswerHead, completion } from "./completion.ts";
import type { CallForm, GenerateCall } from "./generate_call.ts";

/** What an exchange is made of. */
export interface ChatExchangeParts {
  /** What the client asked. */
  readonly request: ChatRequest;
  /** The same for Gemini. */
  readonly generate: GenerateCall;
  /** Whether the model takes real JSON Schema. */
  readonly jsonSchema: boolean;
  /** The moment of the answer, in seconds since 1970. */
  readonly created: number;
  /** 24 characters, different each time. */
  readonly newId: () => string;
  /** Keeps signatures before the client can ask with them; never rejects. */
  readonly keep: (calls: readonly SignedCall[]) => Promise<void>;
}

/** An answer that was read whole. */
interface WholeReading {
  readonly kind: "whole";
  readonly answer: ChatAnswer;
  readonly deltas: readonly ChoiceDelta[];
}

/** An answer that goes on. */
interface StreamReading {
  readonly kind: "stream";
  readonly answer: ChatAnswer;
  readonly stream: ChatStream;
  readonly beginning: Beginning;
}

/** One exchange. */
export class ChatExchange {
  /** What is asked of Gemini first. */
  readonly call: GeminiCall;
  readonly #parts: ChatExchangeParts;
  readonly #form: CallForm;
  /** Each answer is read once, though it may be looked at twice. */
  readonly #readings = new WeakMap<GeminiAnswer, WholeReading | StreamReading>();

  /** @throws {RotatorError} `invalid_request`, naming the field. */
  constructor(parts: ChatExchangeParts) {
    this.#parts = parts;
    this.#form = { schemas: parts.jsonSchema ? "json" : "openapi", signatures: "known" };
    this.call = parts.generate.in(this.#form);
  }

  /** Whether another call would do better: see `RelayRequest.reconsider`. */
  async reconsider(came: Relayed): Promise<GeminiCall | null> {
    switch (came.kind) {
      case "left":
        return null;
      case "refused":
        return this.#afterRefusal(came.refusal);
      case "answered":
        return this.#after(await this.#reading(came.answer));
    }
  }

  /**
   * What the client gets for an answer.
   *
   * @throws {RotatorError} `upstream_unreachable` when the answer is none.
   */
  async reply(answer: GeminiAnswer): Promise<Relayed> {
    const reading = await this.#reading(answer);
    if (reading.kind === "stream" && reading.beginning.kind === "failed") {
      return { kind: "refused", refusal: reading.beginning.refusal };
    }
    const verdict = verdictOf(reading);
    if (verdict === "nothing") throw emptyAnswer();
    if (verdict === "unsigned") throw missesSignature();

    const body = reading.kind === "stream" ? reading.stream.body() : await this.#whole(reading);
    const headers: HeaderPairs = [
      ["content-type", reading.kind === "stream" ? EVENTS : JSON_TYPE],
      ...NEVER_STORED,
      ...this.#aside(reading.answer),
    ];
    return { kind: "answered", answer: { status: 200, headers, body } };
  }

  #afterRefusal({ status, error }: GeminiRefusal): GeminiCall | null {
    if (status !== 400 || error === null) return null;
    const told = [error.message, ...error.fieldViolations.map(({ field }) => field ?? "")].join(
      " ",
    );
    const { generate } = this.#parts;
    if (SIGNATURE.test(told)) return generate.in({ ...this.#form, signatures: "replaced" });
    const mayBeSchema = this.#form.schemas === "json" && generate.hasSchemas && SCHEMA.test(told);
    return mayBeSchema ? generate.in({ ...this.#form, schemas: "openapi" }) : null;
  }

  #after(reading: WholeReading | StreamReading): GeminiCall | null {
    if (reading.kind === "stream" && reading.beginning.kind === "failed") {
      return reading.beginning.refusal.status >= 500 ? this.call : null;
    }
    switch (verdictOf(reading)) {
      case "good":
        return null;
      case "unsigned":
        return this.#parts.generate.in({ ...this.#form, signatures: "replaced" });
      default:
        return this.call;
    }
  }

  async #reading(answer: GeminiAnswer): Promise<WholeReading | StreamReading> {
    const known = this.#readings.get(answer);
    if (known !== undefined) return known;
    const reading = answer.body instanceof ReadableStream
      ? await this.#stream(answer.body)
      : this.#readWhole(answer.body);
    this.#readings.set(answer, reading);
    return reading;
  }

  async #stream(source: ReadableStream<Uint8Array>): Promise<StreamReading> {
    if (this.call.framing === null) {
      await source.cancel();
      throw new RotatorError(UPSTREAM_UNREACHABLE, "Cannot answer: Gemini's answer is too large");
    }
    const answer = this.#newAnswer();
    const { request, keep } = this.#parts;
    const withUsage = request.stream_options?.include_usage === true;
    const stream = new ChatStream({
      source,
      answer,
      writer: () => new ChunkWriter(this.#head(answer), { withUsage }),
      keep,
    });
    return { kind: "stream", answer, stream, beginning: await stream.begin() };
  }

  #readWhole(body: Uint8Array | null): WholeReading {
    const answer = this.#newAnswer();
    const response = parseAnswer(new TextDecoder().decode(body ?? new Uint8Array()));
    const deltas = response === null ? [] : [...answer.read(response), ...answer.end()];
    return { kind: "whole", answer, deltas };
  }

  async #whole({ answer, deltas }: WholeReading): Promise<Uint8Array<ArrayBuffer>> {
    const { request, keep } = this.#parts;
    if (answer.signedCalls.length > 0) await keep(answer.signedCalls);
    const soundAs = request.audio?.format ?? "pcm16";
    const whole = completion(this.#head(answer), { answer, deltas, soundAs });
    return new TextEncoder().encode(JSON.stringify(whole));
  }

  #newAnswer(): ChatAnswer {
    const { generate: { names, tools: { custom } }, request, newId, created } = this.#parts;
    const isLegacy = !request.tools?.length && !!request.functions?.length;
    return new ChatAnswer({ names, custom, isLegacy, newId, created });
  }

  #head({ responseId }: ChatAnswer): AnswerHead {
    const { request: { model }, created, newId } = this.#parts;
    return { id: `chatcmpl-${responseId ?? newId()}`, created, model };
  }

  /** What OpenAI's answer has no place for. */
  #aside({ modelVersion, usage }: ChatAnswer): HeaderPairs {
    const isStream = this.call.framing !== null;
    return [
      ...headerIf("x-gkr-model-version", modelVersion),
      ...(usage === null && !isStream
        ? [["x-gkr-usage", "unknown"] satisfies [string, string]]
        : []),
    ];
  }
}

const JSON_TYPE = "application/json; charset=UTF-8";
const EVENTS = "text/event-stream; charset=UTF-8";
const NEVER_STORED: HeaderPairs = [
  ["cache-control", "private, no-store, no-transform"],
  ["x-content-type-options", "nosniff"],
];

const SIGNATURE = /thought[ _]?signature/i;
const SCHEMA = /schema|function_?declarations|parameters/i;

function verdictOf(reading: WholeReading | StreamReading): Verdict {
  if (reading.kind === "whole") return reading.answer.verdict;
  return reading.beginning.kind === "over" ? reading.beginning.verdict : "good";
}

/** Google's texts may hold anything; a header may not. */
function headerIf(name: string, value: string | null): HeaderPairs {
  return value !== null && /^[\x21-\x7e]{1,128}$/.test(value) ? [[name, value]] : [];
}

function emptyAnswer(): RotatorError {
  return new RotatorError(
    UPSTREAM_UNREACHABLE,
    "Cannot answer: Gemini sent neither an answer nor a reason why there is none",
    { reason: "empty_answer" },
  );
}

function missesSignature(): RotatorError {
  return new RotatorError(
    UPSTREAM_UNREACHABLE,
    "Cannot answer: Gemini misses a thought signature in the history of this chat",
    { reason: "unsigned" },
  );
}
