/**
 * Answers calls of well-behaved keys from prebuilt bytes, for load.
 *
 * Here the simulator stands in for Google in a benchmark, so its own cost must not
 * show: no JSON is parsed, no event built twice.
 *
 * @module
 */

import { composeAnswer } from "./answers.ts";
import type { Surroundings } from "./call.ts";
import { frame } from "./framing.ts";
import type { KeyBook, KeyRecord } from "./key_book.ts";
import { canDo, modelVersionOf } from "./models.ts";
import { pacedStream } from "./paced_stream.ts";
import { JSON_TYPE, jsonBody, replyCancelled, USUAL_HEADERS } from "./reply.ts";
import { routeOf } from "./routes.ts";
import { echo } from "./speech.ts";
import type { Pace } from "./ways.ts";

interface Prepared {
  pieces: readonly Uint8Array<ArrayBuffer>[];
  init: ResponseInit;
  streams: boolean;
  everyMs: number;
}

/** Answers by URL; `null` for a URL that is not for the fast lane. */
type Answers = Map<string, Prepared | null>;

/** How many URLs to keep answers for; a benchmark uses a few. */
const LIMIT = 256;

const PROMPT = "a prompt that the simulator did not read";

/** Prebuilt answers. */
export class FastLane {
  #byWay = new WeakMap<Pace, Answers>();
  #byPace = new Map<string, Answers>();
  #book: KeyBook;
  #around: Surroundings;

  constructor(book: KeyBook, around: Surroundings) {
    this.#book = book;
    this.#around = around;
  }

  /** Answers from what is prepared; `undefined` when the call needs a closer look. */
  answer(request: Request): Promise<Response> | undefined {
    const secret = request.headers.get("x-goog-api-key");
    if (secret === null) return undefined;
    const key = this.#book.of(secret);
    const [way] = key.ways;
    if (way?.kind !== "ok" || key.ways.length > 1) return undefined;
    const prepared = this.#find(request, way);
    return prepared === null ? undefined : this.#send(prepared, { request, key });
  }

  async #send(
    { pieces, init, streams, everyMs }: Prepared,
    { request, key }: { request: Request; key: KeyRecord },
  ): Promise<Response> {
    const open = key.tally.open();
    // A body that is left unread would cost the connection, and that costs more than reading.
    if (await request.arrayBuffer().catch(() => null) === null) return replyCancelled(open);
    if (!streams) {
      const [whole] = pieces;
      open.sent(whole!.byteLength);
      open.end("served");
      return new Response(whole!, init);
    }
    const plan = {
      length: pieces.length,
      at: (at: number) => pieces[at]!,
      everyMs,
      ending: "close",
      outcome: "served",
    } as const;
    const { wait, closing } = this.#around;
    return new Response(pacedStream(plan, { call: open, wait, closing }), init);
  }

  #find({ method, url }: Request, pace: Pace): Prepared | null {
    const answers = this.#byWay.get(pace) ?? this.#answersFor(pace);
    let prepared = answers.get(url);
    if (prepared === undefined) {
      if (answers.size >= LIMIT) answers.clear();
      prepared = prepare(method, new URL(url), { ...this.#around.pace, ...pace });
      answers.set(url, prepared);
    }
    return prepared;
  }

  /** Ways of the same pace share their answers, however many keys there are. */
  #answersFor(way: Pace): Answers {
    const pace = `${way.events} ${way.everyMs} ${way.eventBytes}`;
    const answers = this.#byPace.get(pace) ?? new Map();
    this.#byPace.set(pace, answers);
    this.#byWay.set(way, answers);
    return answers;
  }
}

function prepare(method: string, url: URL, pace: Required<Pace>): Prepared | null {
  const route = routeOf(method, url);
  if (route?.kind !== "run" || !/generate/i.test(route.verb)) return null;
  if (!canDo(route.model, route.verb)) return null;

  const answer = composeAnswer({
    speech: echo(PROMPT, pace),
    prompt: PROMPT,
    modelVersion: modelVersionOf(route.model),
    responseId: "simulated",
    finish: true,
  });
  const streams = route.verb === "streamGenerateContent";
  const type = streams && route.sse ? "text/event-stream" : JSON_TYPE;
  return {
    pieces: streams
      ? Array.from(
        { length: answer.length },
        (_, at) => frame(answer.piece(at), route.sse, { at, last: at === answer.length - 1 }),
      )
      : [jsonBody(answer.whole())],
    init: { headers: { "content-type": type, ...USUAL_HEADERS } },
    streams,
    everyMs: pace.everyMs,
  };
}
