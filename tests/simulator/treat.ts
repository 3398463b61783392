/**
 * Treats a call the way its key behaves.
 *
 * @module
 */

import type { Call, Surroundings } from "./call.ts";
import { faultOf } from "./faults.ts";
import { type Cut, goodAnswer } from "./good_answer.ts";
import { aborted } from "./paced_stream.ts";
import { advisedDelayMs } from "./quota.ts";
import { quotaError } from "./quota_error.ts";
import { recording } from "./recordings.ts";
import { refusalOf, type Refused } from "./refusals.ts";
import { isSse, reply, replyCancelled, replyError } from "./reply.ts";
import { costsQuota, type Route } from "./routes.ts";
import { type Refusal, REFUSALS, type Way } from "./ways.ts";

/** Answers a call in one way. */
export function treat(way: Way, call: Call, around: Surroundings): Response | Promise<Response> {
  if (isRefusal(way)) {
    return concerns(way.kind, call.route) ? refuse(way.kind, call) : goodAnswer(call, around);
  }
  switch (way.kind) {
    case "ok":
      return goodAnswer(call, around, { pace: way });
    case "says":
      return goodAnswer(call, around, { pace: way, script: way.pieces });
    case "eofWithoutFinish":
      return goodAnswer(call, around, { pace: way, unfinished: true });
    case "gzip":
      return gzipped(goodAnswer(call, around, { pace: way }));
    case "hostileHeaders":
      return hostile(goodAnswer(call, around, { pace: way }), call.key.secret);
    case "perMinute":
      return withinQuota({ ...way, window: "minute" }, call, around);
    case "perDay":
      return withinQuota({ ...way, window: "day" }, call, around);
    case "exhausted":
      return withinQuota({ ...way, limit: 0 }, call, around);
    case "flaky":
      return fails(way, call, around) ? refuse("unavailable", call) : goodAnswer(call, around);
    case "slow":
      return late(way.delayMs, call, around, () => goodAnswer(call, around, { pace: way }));
    case "silent":
      return late(Infinity, call, around, () => goodAnswer(call, around));
    case "silentMidStream":
      return cutShort({ ...way, ending: "silence" }, call, around);
    case "resetMidStream":
      return cutShort({ ...way, ending: "break" }, call, around);
    case "errorInStream":
      return errorInStream(way, call, around);
    case "emptyStream":
      return call.route.kind === "run"
        ? reply(call.open, { body: "", type: "text/event-stream", outcome: way.kind })
        : goodAnswer(call, around);
    case "replay": {
      const { contentType, ...recorded } = recording(way.file);
      return reply(call.open, { ...recorded, type: contentType, outcome: way.kind });
    }
    case "redirect":
      return reply(call.open, {
        status: 302,
        headers: { location: way.location },
        body: "",
        outcome: way.kind,
      });
    case "html":
      return reply(call.open, {
        status: 502,
        type: "text/html; charset=UTF-8",
        body: "<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n" +
          "<p><b>502.</b> <ins>That’s an error.</ins>\n",
        outcome: way.kind,
      });
  }
}

function isRefusal(way: Way): way is Extract<Way, { kind: Refusal }> {
  return (REFUSALS as readonly string[]).includes(way.kind);
}

/** Whether a refusal concerns this route: a key without quota may still list models. */
function concerns(kind: Refusal, route: Route): boolean {
  switch (kind) {
    case "limitZero":
    case "bare429":
      return costsQuota(route);
    case "permissionDenied":
    case "filePermission":
    case "badRequest":
      return route.kind === "run";
    default:
      return true;
  }
}

function refuse(kind: Refusal, call: Call): Response {
  return replyError(call.open, refusalOf(kind, refusedIn(call)), {
    outcome: kind,
    sse: isSse(call.route),
  });
}

function refusedIn({ key, route }: Call): Refused {
  const model = route.kind === "list" ? "" : route.model;
  return { secret: key.secret, project: key.project, model };
}

function withinQuota(
  { kind, window, limit }: { kind: string; window: "minute" | "day"; limit: number },
  call: Call,
  around: Surroundings,
): Response {
  const { project, model } = refusedIn(call);
  const now = around.clock();
  const free = !costsQuota(call.route) || faultOf(call) !== undefined;
  if (free || around.quotas.take({ project, model, window, limit, now })) {
    return goodAnswer(call, around);
  }
  const error = quotaError({
    model,
    // A quota that is always used up still had a size once; `limitZero` is another matter.
    limit: limit || (window === "day" ? 20 : 10),
    window,
    retryAfterMs: advisedDelayMs(window, now),
    embedding: call.route.kind === "run" && /embed/i.test(call.route.verb),
  });
  return replyError(call.open, error, { outcome: kind, sse: isSse(call.route) });
}

function fails(way: Extract<Way, { kind: "flaky" }>, { key }: Call, around: Surroundings): boolean {
  key.flaked++;
  return "every" in way ? key.flaked % way.every === 0 : around.random() * 100 < way.percent;
}

async function late(
  delayMs: number,
  call: Call,
  around: Surroundings,
  answer: () => Response,
): Promise<Response> {
  const over = AbortSignal.any([call.request.signal, around.closing]);
  await (delayMs === Infinity ? aborted(over) : around.wait(delayMs, over));
  if (!over.aborted) return answer();
  if (around.closing.aborted) call.open.end("stopped");
  return replyCancelled(call.open);
}

function cutShort(
  { kind, after, ending }: { kind: string; after: number; ending: Cut["ending"] },
  call: Call,
  around: Surroundings,
): Response {
  return goodAnswer(call, around, { cut: { after, ending, outcome: kind } });
}

function errorInStream(
  { kind, after, form, echo }: Extract<Way, { kind: "errorInStream" }>,
  call: Call,
  around: Surroundings,
): Response {
  const { key, open, route } = call;
  const plain = refusalOf("unavailable", refusedIn(call));
  const error = echo
    ? { ...plain, message: `${plain.message} Consumer 'api_key:${key.secret}'.` }
    : plain;
  if (route.kind !== "run") return goodAnswer(call, around);
  if (route.verb !== "streamGenerateContent") return replyError(open, error, { outcome: kind });
  return goodAnswer(call, around, {
    cut: { after, ending: "close", error: { is: error, form }, outcome: kind },
  });
}

function gzipped(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("content-encoding", "gzip");
  const body = response.body?.pipeThrough(new CompressionStream("gzip")) ?? null;
  return new Response(body, { status: response.status, headers });
}

/** Headers that a proxy must not pass on, the key itself among them. */
function hostile(response: Response, secret: string): Response {
  const headers = new Headers(response.headers);
  const unwanted = {
    "set-cookie": "NID=simulated; Domain=google.com; Path=/; HttpOnly",
    "server": "scaffolding on HTTPServer2",
    "alt-svc": 'h3=":443"; ma=2592000',
    "via": "1.1 simulator",
    "cf-ray": "8f00ba4cafe00000-SIM",
    "cache-control": "public, max-age=3600",
    "cdn-cache-control": "public, max-age=3600",
    "access-control-allow-origin": "*",
    "x-goog-api-key": secret,
  };
  for (const [name, value] of Object.entries(unwanted)) headers.set(name, value);
  return new Response(response.body, { status: response.status, headers });
}
