/**
 * One chat request and its answer: what is asked of Gemini, and what is made of what comes.
 *
 * @module
 */

import { RotatorError, UPSTREAM_UNREACHABLE } from "../../domain/errors.ts";
import type { SignedCall } from "../../domain/ports.ts";
import type { GeminiAnswer, GeminiCall, GeminiRefusal, Relayed } from "../gemini/exchange.ts";
import type { ModelTraits } from "../gemini/generate/model_table.ts";
import { parseAnswer } from "../gemini/generate/parse_answer.ts";
import type { HeaderPairs } from "../gemini/headers.ts";
import { ChatAnswer, type Verdict } from "./chat_answer.ts";
import type { ChoiceDelta } from "./chat_delta.ts";
import type { ChatRequest } from "./chat_request.ts";
import { type Beginning, ChatStream } from "./chat_stream.ts";
import { ChunkWriter } from "./chunks.ts";
import { type AnswerHead, completion } from "./completion.ts";
import type { CallForm, GenerateCall } from "./generate_call.ts";
import type { Progress } from "./hops.ts";

/** What an exchange is made of. */
export interface ChatExchangeParts {
  /** What the client asked. */
  readonly request: ChatRequest;
  /** The same for Gemini. */
  readonly generate: GenerateCall;
  /** What the model can do. */
  readonly traits: Pick<ModelTraits, "jsonSchema" | "longAnswers">;
  /** Told of the answer that is being read. */
  readonly progress: Progress;
  /** The moment of the answer, in seconds since 1970. */
  readonly created: number;
  /** 24 characters, different each time. */
  readonly newId: () => string;
  /** Keeps signatures before the client can ask with them; never rejects. */
  readonly keep: (calls: readonly SignedCall[]) => Promise<void>;
  /** Makes another call, by which a long answer goes on. */
  readonly relay: (call: GeminiCall) => Promise<Relayed>;
}

/** An answer that was read whole. */
interface WholeReading {
  readonly kind: "whole";
  readonly answer: ChatAnswer;
  readonly deltas: ChoiceDelta[];
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
  #form: CallForm;
  /** Each answer is read once, though it may be looked at twice. */
  readonly #readings = new WeakMap<GeminiAnswer, WholeReading | Promise<StreamReading>>();

  /**
   * Makes the first call.
   *
   * @throws {RotatorError} `invalid_request`, naming the field.
   */
  constructor(parts: ChatExchangeParts) {
    this.#parts = parts;
    this.#form = { schemas: parts.traits.jsonSchema ? "json" : "openapi", signatures: "known" };
    this.call = parts.generate.in(this.#form);
  }

  /** Whether another call would do better: see `RelayRequest.reconsider`. */
  reconsider(came: Relayed): GeminiCall | null | Promise<GeminiCall | null> {
    switch (came.kind) {
      case "left":
        return null;
      case "refused":
        return this.#afterRefusal(came.refusal);
      case "answered": {
        const reading = this.#reading(came.answer);
        return reading instanceof Promise
          ? reading.then((stream) => this.#after(stream))
          : this.#after(reading);
      }
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
      const { refusal } = reading.beginning;
      if (isBreakOff(refusal) && reading.answer.verdict === "nothing") throw emptyAnswer();
      if (refusal.error === null) throw noAnswer();
      return { kind: "refused", refusal };
    }
    if (reading.kind === "whole") {
      const stopped = await this.#goOn(reading);
      if (stopped !== null) return stopped;
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
    if (SIGNATURE.test(told)) return this.#inForm({ ...this.#form, signatures: "replaced" });
    const mayBeSchema = this.#form.schemas === "json" && generate.hasSchemas && SCHEMA.test(told);
    return mayBeSchema ? this.#inForm({ ...this.#form, schemas: "openapi" }) : null;
  }

  #inForm(form: CallForm): GeminiCall {
    this.#form = form;
    return this.#parts.generate.in(form);
  }

  #after(reading: WholeReading | StreamReading): GeminiCall | null {
    if (reading.kind === "stream" && reading.beginning.kind === "failed") {
      return reading.beginning.refusal.status >= 500 ? this.call : null;
    }
    switch (verdictOf(reading)) {
      case "good":
        return null;
      case "unsigned":
        return this.#inForm({ ...this.#form, signatures: "replaced" });
      default:
        return this.call;
    }
  }

  #reading(answer: GeminiAnswer): WholeReading | Promise<StreamReading> {
    let reading = this.#readings.get(answer);
    if (reading === undefined) {
      reading = answer.body instanceof ReadableStream
        ? this.#stream(answer.body)
        : this.#readWhole(answer.body);
      this.#readings.set(answer, reading);
    }
    return reading;
  }

  async #stream(source: ReadableStream<Uint8Array>): Promise<StreamReading> {
    if (this.call.framing === null) {
      await source.cancel();
      throw tooLarge();
    }
    const answer = this.#newAnswer();
    const { request, keep, traits } = this.#parts;
    const stream = new ChatStream({
      source,
      answer,
      writer: writerFor(answer, {
        head: this.#newHead(),
        withUsage: request.stream_options?.include_usage === true,
      }),
      keep,
      next: traits.longAnswers ? (token) => this.#nextHop(token) : null,
    });
    return { kind: "stream", answer, stream, beginning: await stream.begin() };
  }

  #readWhole(body: Uint8Array | null): WholeReading {
    const answer = this.#newAnswer();
    const deltas = readInto(answer, body);
    if (answer.continuationToken === null) deltas.push(...answer.end());
    return { kind: "whole", answer, deltas };
  }

  /** Reads the rest of a long answer; what stopped it, if it could not be had. */
  async #goOn({ answer, deltas }: WholeReading): Promise<Relayed | null> {
    let token = answer.continuationToken;
    if (token === null) return null;
    while (token !== null) {
      const relayed = await this.#nextHop(token);
      if (relayed.kind !== "answered") return relayed;
      answer.goOn();
      deltas.push(...readInto(answer, wholeOf(relayed.answer)));
      token = answer.continuationToken;
    }
    deltas.push(...answer.end());
    return null;
  }

  async #nextHop(continuationToken: string): Promise<Relayed> {
    const { generate, relay } = this.#parts;
    return await relay(generate.in({ ...this.#form, continuationToken }));
  }

  async #whole({ answer, deltas }: WholeReading): Promise<Uint8Array<ArrayBuffer>> {
    const { request, keep } = this.#parts;
    if (answer.signedCalls.length > 0) await keep(answer.signedCalls);
    const soundAs = request.audio?.format ?? "pcm16";
    const whole = completion(headOf(answer, this.#newHead()), { answer, deltas, soundAs });
    return encoder.encode(JSON.stringify(whole));
  }

  #newAnswer(): ChatAnswer {
    const { generate: { names, tools: { custom } }, request, newId, created } = this.#parts;
    const isLegacy = !request.tools?.length && !!request.functions?.length;
    const { longAnswers } = this.#parts.traits;
    const answer = new ChatAnswer({ names, custom, isLegacy, newId, created, longAnswers });
    this.#parts.progress.answer = answer;
    return answer;
  }

  /** Good while Gemini has not named its answer. */
  #newHead(): AnswerHead {
    const { request: { model }, created, newId } = this.#parts;
    return { id: newId(), created, model };
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

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const JSON_TYPE = "application/json; charset=UTF-8";
const EVENTS = "text/event-stream; charset=UTF-8";
const NEVER_STORED: HeaderPairs = [
  ["cache-control", "private, no-store, no-transform"],
  ["x-content-type-options", "nosniff"],
];

const SIGNATURE = /thought[ _]?signature/i;
const SCHEMA = /schema|function_?declarations|parameters/i;

/** Whether it is our own word for a stream that ended without saying why. */
function isBreakOff({ error }: GeminiRefusal): boolean {
  return error?.reasons.includes(UPSTREAM_UNREACHABLE.toUpperCase()) ?? false;
}

function verdictOf(reading: WholeReading | StreamReading): Verdict {
  if (reading.kind === "whole") return reading.answer.verdict;
  return reading.beginning.kind === "over" ? reading.beginning.verdict : "good";
}

/**
 * Makes the writer of a stream when the answer has a name. A stream may be open for long, and the request
 * may be large: so nothing here holds it.
 */
function writerFor(
  answer: ChatAnswer,
  { head, withUsage }: { readonly head: AnswerHead; readonly withUsage: boolean },
): () => ChunkWriter {
  return () => new ChunkWriter(headOf(answer, head), { withUsage });
}

/** The head by Google's own id and moment, where it told them. */
function headOf({ responseId, createdAtMs }: ChatAnswer, head: AnswerHead): AnswerHead {
  return {
    id: `chatcmpl-${responseId ?? head.id}`,
    created: createdAtMs === null ? head.created : Math.floor(createdAtMs / 1_000),
    model: head.model,
  };
}

function readInto(answer: ChatAnswer, body: Uint8Array | null): ChoiceDelta[] {
  const response = body === null ? null : parseAnswer(decoder.decode(body));
  return response === null ? [] : answer.read(response);
}

function wholeOf({ body }: GeminiAnswer): Uint8Array | null {
  if (body instanceof ReadableStream) throw tooLarge();
  return body;
}

function tooLarge(): RotatorError {
  return new RotatorError(UPSTREAM_UNREACHABLE, "Cannot answer: Gemini's answer is too large");
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

function noAnswer(): RotatorError {
  return new RotatorError(
    UPSTREAM_UNREACHABLE,
    "Cannot answer: what Gemini sent broke off, or is no answer of its own",
  );
}

function missesSignature(): RotatorError {
  return new RotatorError(
    UPSTREAM_UNREACHABLE,
    "Cannot answer: Gemini misses a thought signature in the history of this chat",
    { reason: "unsigned" },
  );
}
