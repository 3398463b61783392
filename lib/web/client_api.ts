/**
 * The client plane: SDKs and curl with an access token.
 *
 * A request was parsed once, by the front door; its target is what routes, guards and the call to
 * Gemini are made from. Each request speaks one dialect, which serves it; errors rise to one handler,
 * which answers in that dialect.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import { INTERNAL, RotatorError } from "../domain/errors.ts";
import type { Token } from "../domain/token.ts";
import type { AttemptTrace } from "../domain/trace.ts";
import { Visitor } from "../domain/visitor.ts";
import type { ErrorFacts, ErrorReply } from "../protocol/error_reply.ts";
import type { GeminiAnswer, Relay } from "../protocol/gemini/exchange.ts";
import type { HeaderPairs } from "../protocol/gemini/headers.ts";
import type { Authenticator } from "./authenticate.ts";
import { type AllowedOrigins, corsHeaders, preflight } from "./cors.ts";
import { findCredential, unauthenticated } from "./credential.ts";
import type { ClientCall, Dialect } from "./dialect.ts";
import type { Entry } from "./entry.ts";
import { CLIENT_CLOSED_REQUEST } from "./request_record.ts";

/** What the client plane is made of. */
export interface ClientApiParts {
  /** Says whose token it is, and so which pool serves. */
  readonly authenticator: Authenticator;
  /** Throws `rate_limited` for a token that has reached a limit of its own; none has unless given. */
  readonly admit?: (token: Token) => void;
  /** Answers one request through a pool. */
  readonly relay: Relay;
  /** The first that a request speaks serves it; the last speaks everything. */
  readonly dialects: readonly [...Dialect[], Dialect];
  /** Origins whose pages may read our answers. */
  readonly allowedOrigins: AllowedOrigins;
}

/** The client plane as a Hono app; it is called as `app.fetch(request, entry)`. */
export type ClientApi = Hono<{ Bindings: Entry }>;

type ClientContext = Context<{ Bindings: Entry }>;

/** Makes the client plane. */
export function createClientApi(
  { authenticator, admit = () => {}, relay, dialects, allowedOrigins }: ClientApiParts,
): ClientApi {
  const app: ClientApi = new Hono({
    getPath: (_request, options) => (options?.env as Entry).target.path,
  });

  function dialectOf({ env: { target }, req: { raw: { headers } } }: ClientContext): Dialect {
    const spoken = dialects.find((dialect) => dialect.speaks(target, headers));
    if (spoken === undefined) throw new Error("no dialect speaks everything");
    return spoken;
  }

  async function callOf(
    { env: { target, record }, req: { raw: request } }: ClientContext,
  ): Promise<ClientCall> {
    const credential = findCredential(request.headers, target.query);
    if (credential === null) throw unauthenticated();
    const known = authenticator.authenticate(credential);
    const token = record.token = known instanceof Promise ? await known : known;
    admit(token);
    return {
      request,
      target,
      token,
      record,
      async relay(call, { reconsider, preferred, onEnd = record.ended.bind(record) } = {}) {
        const attempts: AttemptTrace[] = [];
        try {
          return await relay({
            poolId: token.poolId,
            call,
            // Each of several calls at once is told that the client has left.
            visitor: visitorOf(request),
            attempts,
            preferred,
            onEnd,
            ...(reconsider && { reconsider }),
          });
        } finally {
          record.tried(attempts);
        }
      },
    };
  }

  app.options("*", ({ env: { record }, req: { raw } }) => {
    const response = preflight(raw.headers, allowedOrigins);
    response.headers.set(...idHeader(record));
    record.answered(response.status);
    return response;
  });

  app.all("*", async (context) => {
    const { record } = context.env;
    const dialect = dialectOf(context);
    const relayed = await dialect.serve(await callOf(context));
    switch (relayed.kind) {
      case "answered":
        return answer(context, relayed.answer);
      case "refused":
        return refuse(context, dialect.refusalReply(relayed.refusal, factsOf(record)));
      case "left":
        record.answered(CLIENT_CLOSED_REQUEST);
        return new Response(null, { status: CLIENT_CLOSED_REQUEST });
    }
  });

  app.onError((error, context) => {
    const { record } = context.env;
    record.cause = error instanceof RotatorError ? error.cause ?? null : error;
    const heard = record.failure = heardBy(error, record.id);
    return refuse(context, dialectOf(context).errorReply(heard, factsOf(record)));
  });

  return app;

  function answer(context: ClientContext, { status, headers, body }: GeminiAnswer): Response {
    context.env.record.answered(status, { bodyFollows: true });
    return new Response(body, { status, headers: [...headers, ...ourHeaders(context)] });
  }

  function refuse(context: ClientContext, { status, headers, body }: ErrorReply): Response {
    context.env.record.answered(status);
    const all: HeaderPairs = [...Object.entries(headers), ...NEVER_STORED, ...ourHeaders(context)];
    return new Response(body, { status, headers: all });
  }

  function ourHeaders({ env: { record }, req: { raw } }: ClientContext): HeaderPairs {
    return [idHeader(record), ...corsHeaders(raw.headers.get("origin"), allowedOrigins)];
  }
}

const NEVER_STORED: HeaderPairs = [
  ["cache-control", "private, no-store"],
  ["x-content-type-options", "nosniff"],
];

function factsOf({ lastTries }: Entry["record"]): ErrorFacts {
  return { attempts: lastTries };
}

function idHeader({ id }: Entry["record"]): [name: string, value: string] {
  return ["x-request-id", id];
}

function visitorOf(request: Request): Visitor {
  const visitor = new Visitor();
  const { signal } = request;
  if (signal.aborted) visitor.leave();
  else signal.addEventListener("abort", () => visitor.leave());
  return visitor;
}

/** What a person may hear of an error. Our own mistakes are only told by the id of the request. */
function heardBy(error: unknown, id: string): RotatorError {
  if (error instanceof RotatorError) return error;
  return new RotatorError(
    INTERNAL,
    `Cannot serve: something went wrong here; the log has request ${id}`,
  );
}
