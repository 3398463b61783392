/**
 * A request of a client whose token is known, for tests that need nothing else of the client plane.
 *
 * @module
 */

import type { TokenId } from "../../../lib/domain/ids.ts";
import type { Token } from "../../../lib/domain/token.ts";
import type { ClientCall } from "../../../lib/web/dialect.ts";
import { Log } from "../../../lib/web/log.ts";
import { RequestRecord } from "../../../lib/web/request_record.ts";
import { parseTarget } from "../../../lib/web/target.ts";
import { POOL } from "../../support/builders.ts";
import { handClock, NOON } from "../../support/hand_clock.ts";

/** How a call differs from the usual one. */
export interface ClientCallOptions extends Partial<Pick<Token, "allowedModels" | "poolId">> {
  readonly body?: BodyInit;
  /** Answers its calls of Gemini's; nobody does unless it is given. */
  readonly relay?: ClientCall["relay"];
}

/** A call. */
export function aClientCall(
  {
    body = "{}",
    allowedModels = null,
    poolId = POOL,
    relay = () => Promise.reject(new Error("must not be asked")),
  }: ClientCallOptions = {},
): ClientCall {
  const request = new Request("http://a/v1/chat/completions", { method: "POST", body });
  const clock = handClock();
  const log = new Log(() => Promise.resolve(), clock);
  return {
    request,
    target: parseTarget(request),
    token: {
      id: "t1" as TokenId,
      name: "a client",
      poolId,
      enabled: true,
      allowedModels,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
      createdAt: NOON,
    },
    record: new RequestRecord("id-1", { log, nowMs: clock.monotonicMs }),
    relay,
  };
}
