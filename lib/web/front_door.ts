/**
 * Where every request comes in: it is given an id, parsed once, and handed to the part that answers it.
 *
 * @module
 */

import { RotatorError } from "../domain/errors.ts";
import type { CountRequest } from "../domain/finished_request.ts";
import { googleErrorBody } from "../protocol/gemini/error_reply.ts";
import type { AdminApi } from "./admin_api.ts";
import type { ClientApi } from "./client_api.ts";
import type { Entry } from "./entry.ts";
import type { Log } from "./log.ts";
import type { PageDoor } from "./pages/page_door.ts";
import { type Connection, type RequestOver, RequestRecord } from "./request_record.ts";
import { parseTarget, type Target } from "./target.ts";

/** What stands behind the door. */
export interface FrontDoorParts {
  /** Gets every address that is not named here. */
  readonly clientApi: ClientApi;
  /** Gets `/api` and everything below it. */
  readonly adminApi: AdminApi;
  /** Gets every address that it owns; without it there are no pages. */
  readonly pages?: PageDoor | undefined;
  /** Gets one line for each request; probes have none. */
  readonly log: Log;
  /** A clock that never steps back, for how long requests take. */
  readonly nowMs: () => number;
  /** Hears of every request that is over. */
  readonly onOver?: (record: RequestRecord, over: RequestOver) => void;
  /** Clients see it as `x-request-id`; it is logged as it is, unescaped. */
  readonly newRequestId: () => string;
  /** Hears of each request of a token once it is over; nobody unless given. */
  readonly count?: CountRequest;
  /** Resolves when storage answers; rejects when it does not. */
  readonly ping: () => Promise<void>;
}

/** The service as `Deno.serve` takes it. */
export interface FrontDoor {
  /** Answers one request; errors are answers too. */
  handle(request: Request, connection?: Connection): Response | Promise<Response>;
  /** From now on `/readyz` says that we are leaving. */
  drain(): void;
}

/** Opens the door. */
export function createFrontDoor(parts: FrontDoorParts): FrontDoor {
  const { clientApi, adminApi, pages, log, nowMs, count, onOver } = parts;
  let draining = false;

  async function admin(request: Request, entry: Entry): Promise<Response> {
    const response = await adminApi.fetch(request, entry);
    response.headers.set("x-request-id", entry.record.id);
    entry.record.answered(response.status);
    return response;
  }

  async function ready(): Promise<Response> {
    if (draining) return plain(503, "leaving\n");
    try {
      await parts.ping();
      return plain(200, "ready\n");
    } catch (cause) {
      log.trouble("storage does not answer", cause);
      return plain(503, "storage does not answer\n");
    }
  }

  /** Probes come every few seconds: they are answered, not logged. */
  function probe({ path }: Target): Response | Promise<Response> | null {
    switch (path) {
      case "/healthz":
        return plain(200, "alive\n");
      case "/readyz":
        return ready();
      case "/":
        return plain(
          200,
          "Gemini Key Rotator is running. Its pages: /admin. How to use it: see its README.\n",
        );
      default:
        return null;
    }
  }

  return {
    // Without a default, which would hide from Deno that there is a second argument.
    handle(request, connection) {
      const record = new RequestRecord(parts.newRequestId(), { log, nowMs, count, onOver });
      record.connection = connection ?? null;
      const target = targetOf(request, record);
      if (target instanceof Response) return target;

      record.began(target.method, target.path);
      const entry: Entry = { target, record };
      if (target.segments[0] === "api") return admin(request, entry);
      if (pages?.owns(target)) return pages.answer(request, record, target);
      const answer = target.segments.length < 2 ? probe(target) : null;
      return answer ?? clientApi.fetch(request, entry);
    },
    drain() {
      draining = true;
    },
  };
}

function targetOf(request: Request, record: RequestRecord): Target | Response {
  try {
    return parseTarget(request);
  } catch (error) {
    if (!(error instanceof RotatorError)) throw error;
    const { status, headers, body } = googleErrorBody(error);
    record.began(request.method, "(unreadable)");
    record.answered(status);
    return new Response(body, { status, headers: { ...headers, "x-request-id": record.id } });
  }
}

function plain(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { "content-type": "text/plain; charset=UTF-8", "cache-control": "no-store" },
  });
}
