/**
 * Answers a call well, or as well as the request deserves.
 *
 * @module
 */

import { type Answer, composeAnswer, countTokens, promptOf } from "./answers.ts";
import { speechFor } from "./asked_speech.ts";
import type { Call, Surroundings } from "./call.ts";
import { embed, embedAll } from "./embeddings.ts";
import { faultOf } from "./faults.ts";
import { frame, frameError } from "./framing.ts";
import type { GoogleError } from "./google_error.ts";
import { readGenerateRequest } from "./generate_request.ts";
import { traitsOf } from "./model_traits.ts";
import { modelNamed, modelPage, modelVersionOf } from "./models.ts";
import { pacedStream, type StreamPlan } from "./paced_stream.ts";
import {
  isSse,
  JSON_TYPE,
  jsonBody,
  reply,
  replyError,
  replyJson,
  USUAL_HEADERS,
} from "./reply.ts";
import { scriptedAnswer } from "./scripted_answer.ts";
import type { Pace } from "./ways.ts";

/** How an answer may differ from the usual one. */
export interface Twist {
  /** Size and speed. */
  pace?: Pace;
  /** Answers with these responses. */
  script?: readonly object[];
  /** Leaves the `finishReason` out. */
  unfinished?: boolean;
  /** Lets the answer end early. */
  cut?: Cut;
}

/** An early end of a generated answer. */
export interface Cut {
  /** How many events of a stream come before it; of a unary body half comes, or nothing. */
  after: number;
  /** How the body ends then. */
  ending: StreamPlan["ending"];
  /** An error as the last event. */
  error?: { is: GoogleError; form: "data" | "tail" };
  /** What to call it. */
  outcome: string;
}

type Json = Record<string, unknown>;
type Run = Extract<Call["route"], { kind: "run" }>;

/** Answers a call. */
export function goodAnswer(call: Call, around: Surroundings, twist: Twist = {}): Response {
  const { route, open } = call;
  const fault = faultOf(call);
  if (fault !== undefined) {
    const outcome = fault.code === 404 ? "notFound" : "badRequest";
    return replyError(open, fault, { outcome, sse: isSse(route) });
  }

  if (route.kind === "list") return replyJson(open, modelPage(route));
  if (route.kind === "model") return replyJson(open, modelNamed(route.model));
  const json = call.json!;
  switch (route.verb) {
    case "countTokens":
      return replyJson(open, countTokens(json));
    case "embedContent":
      return replyJson(open, embed(json));
    case "batchEmbedContents":
      return replyJson(open, embedAll([json.requests].flat() as Json[]));
    case "generateContent":
    case "streamGenerateContent":
      return generated(call, route, { around, twist });
  }
}

function generated(
  { open, json }: Call,
  route: Run,
  { around, twist }: { around: Surroundings; twist: Twist },
): Response {
  const { pace, unfinished = false, cut } = twist;
  const answer = answerTo(json!, route, { around, twist });
  const outcome = unfinished ? "eofWithoutFinish" : "served";

  const streams = route.verb === "streamGenerateContent";
  if (!streams && cut === undefined) {
    return reply(open, { body: jsonBody(answer.whole()), outcome });
  }
  const pieces = streams ? piecesOf(answer, { sse: route.sse, cut }) : halfOf(answer, cut!);
  const { everyMs } = { ...around.pace, ...pace };
  const ending = cut?.ending ?? "close";
  const plan = { ...pieces, everyMs, ending, outcome: cut?.outcome ?? outcome };
  return new Response(pacedStream(plan, { ...around, call: open }), {
    headers: { "content-type": isSse(route) ? "text/event-stream" : JSON_TYPE, ...USUAL_HEADERS },
  });
}

function answerTo(
  json: Json,
  { model }: Run,
  { around, twist }: { around: Surroundings; twist: Twist },
): Answer {
  const imprint = { modelVersion: modelVersionOf(model), responseId: around.nextId() };
  if (twist.script !== undefined) return scriptedAnswer(twist.script, imprint);

  const { events, eventBytes } = { ...around.pace, ...twist.pace };
  const { request } = readGenerateRequest(json);
  const prompt = promptOf(json);
  const speech = speechFor(request, {
    model: traitsOf(model),
    prompt,
    responseId: imprint.responseId,
    // An answer that is cut must not come to its end before.
    events: Math.max(events, (twist.cut?.after ?? 0) + 1),
    eventBytes,
  });
  const candidates = Number(request.generationConfig?.candidateCount ?? 1);
  return composeAnswer({ speech, prompt, ...imprint, candidates, finish: !twist.unfinished });
}

function piecesOf(
  answer: Answer,
  { sse, cut }: { sse: boolean; cut: Cut | undefined },
): Pick<StreamPlan, "length" | "at"> {
  // Calls and pictures may have fewer pieces than a cut leaves; the last one is never among them.
  const whole = cut === undefined ? answer.length : Math.min(cut.after, answer.length - 1);
  const error = cut?.error;
  return {
    length: error === undefined ? whole : whole + 1,
    at: (at) =>
      at === whole
        ? frameError(error!.is, { sse, form: error!.form, at })
        : frame(answer.piece(at), sse, { at, last: at === answer.length - 1 }),
  };
}

function halfOf(answer: Answer, { after }: Cut): Pick<StreamPlan, "length" | "at"> {
  const body = jsonBody(answer.whole());
  return { length: after === 0 ? 0 : 1, at: () => body.slice(0, body.length >> 1) };
}
