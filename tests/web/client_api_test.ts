import assert from "node:assert/strict";
import { Deadlines } from "../../lib/domain/deadlines.ts";
import type { KeyId, PoolId, TokenId } from "../../lib/domain/ids.ts";
import { RotatorError } from "../../lib/domain/errors.ts";
import type { Token } from "../../lib/domain/token.ts";
import type {
  GeminiCall,
  Relay,
  Relayed,
  RelayRequest,
} from "../../lib/protocol/gemini/exchange.ts";
import { createClientApi } from "../../lib/web/client_api.ts";
import type { ClientCall, Dialect } from "../../lib/web/dialect.ts";
import { geminiDialect } from "../../lib/web/gemini_dialect.ts";
import { Log } from "../../lib/web/log.ts";
import { RequestRecord } from "../../lib/web/request_record.ts";
import { parseTarget } from "../../lib/web/target.ts";
import { handClock, NOON } from "../support/hand_clock.ts";

const TOKEN: Token = {
  id: "t1" as TokenId,
  name: "a client",
  poolId: "p1" as PoolId,
  enabled: true,
  allowedModels: ["m"],
  expiresAt: null,
  requestsPerMinute: null,
  tokensPerDay: null,
  createdAt: NOON,
};

/** The client plane in front of a relay of the test's own; other dialects come before Gemini's. */
function aClientApi(relay: Relay, others: readonly Dialect[] = []) {
  const clock = handClock();
  const written: string[] = [];
  const log = new Log((text) => Promise.resolve(void written.push(text)), clock);
  const relayed: RelayRequest[] = [];
  const api = createClientApi({
    authenticator: { authenticate: () => TOKEN, forget: () => {} },
    relay: (request) => {
      relayed.push(request);
      return relay(request);
    },
    dialects: [...others, geminiDialect({ deadlines: new Deadlines() })],
    allowedOrigins: "*",
  });
  const ask = async (address: string, init: RequestInit = {}) => {
    const request = new Request(`http://a${address}`, {
      method: "POST",
      headers: { "x-goog-api-key": "a-credential-long-enough" },
      body: "{}",
      ...init,
    });
    const record = new RequestRecord("id-1", { log, nowMs: () => 0 });
    const target = parseTarget(request);
    record.began(target.method, target.path);
    const response = await api.fetch(request, { target, record });
    await log.flush();
    return {
      response,
      relayed,
      lines: written.join("").split("\n").slice(0, -1).map((line) => JSON.parse(line)),
    };
  };
  return { ask, relayed };
}

const GENERATE = "/v1beta/models/m:generateContent";

Deno.test("the client plane asks the relay for the token's pool, and gives its answer", async () => {
  const { ask } = aClientApi(({ onEnd }) => {
    onEnd({ kind: "complete", usage: null });
    return Promise.resolve({
      kind: "answered",
      answer: {
        status: 200,
        headers: [["content-type", "application/json"]],
        body: new TextEncoder().encode("{}"),
      },
    });
  });

  const { response, relayed, lines } = await ask(GENERATE);

  assert.deepEqual([response.status, await response.text()], [200, "{}"]);
  assert.equal(response.headers.get("x-request-id"), "id-1");
  assert.deepEqual([relayed[0]?.poolId, relayed[0]?.call.model], ["p1", "m"]);
  assert.deepEqual([lines.length, lines[0].status, lines[0].token], [1, 200, "t1"]);
});

Deno.test("the client plane rebuilds a refusal, and lets nothing store it", async () => {
  const { ask } = aClientApi(() =>
    Promise.resolve({ kind: "refused", refusal: { status: 418, error: null } })
  );

  const { response } = await ask(GENERATE);

  assert.equal(response.status, 418);
  assert.equal((await response.json()).error.code, 418);
  assert.equal(response.headers.get("cache-control"), "private, no-store");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("the client plane tells an error in Google's shape, and its cause to the log only", async () => {
  const { ask } = aClientApi(() => {
    throw new RotatorError("pool_cooling", "Cannot serve now", {
      cause: new Error("why"),
      retryAfterMs: 1_500,
    });
  });

  const { response, lines } = await ask(GENERATE, {
    headers: { "x-goog-api-key": "a-credential-long-enough", origin: "https://p.example" },
  });

  const text = await response.text();
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("retry-after"), "2");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.doesNotMatch(text, /why/);
  assert.equal(lines[0].cause, "Error: why");
});

Deno.test("the client plane says nothing of our own mistakes but where to find them", async () => {
  const { ask } = aClientApi(() => {
    throw new TypeError("cannot read properties of undefined (reading 'secret')");
  });

  const { response, lines } = await ask(GENERATE);

  assert.equal(response.status, 500);
  const { error } = await response.json();
  assert.equal(error.message, "Cannot serve: something went wrong here; the log has request id-1");
  assert.match(lines[0].cause, /TypeError: cannot read/);
});

Deno.test("the client plane stops before the relay for a model, an address or a credential that will not do", async () => {
  const { ask, relayed } = aClientApi(() => Promise.reject(new Error("must not be asked")));

  assert.equal((await ask("/v1beta/models/other:generateContent")).response.status, 403);
  assert.equal((await ask("/nothing")).response.status, 404);
  assert.equal((await ask(GENERATE, { headers: {} })).response.status, 401);
  assert.equal((await ask(`${GENERATE}?alt=xml`)).response.status, 400);
  assert.equal(relayed.length, 0);
});

Deno.test("the client plane writes a line for a client that has left", async () => {
  const { ask } = aClientApi(() => Promise.resolve({ kind: "left" }));

  const { response, lines } = await ask(GENERATE);

  assert.equal(response.status, 499);
  assert.deepEqual(lines.map(({ status }) => status), [499]);
});

const PLAIN: Readonly<Record<string, string>> = { "content-type": "text/plain" };

/** A dialect that speaks whatever begins with its name, in plain words. */
function aDialect(name: string, serve: (call: ClientCall) => Promise<Relayed>): Dialect {
  const reply = (status: number, body: string) => ({
    status,
    headers: PLAIN,
    body: `${name}: ${body}`,
  });
  return {
    speaks: ({ segments }) => segments[0] === name,
    serve,
    errorReply: ({ message }, { attempts }) => reply(418, `${message} after ${attempts}`),
    refusalReply: ({ status }, { attempts }) => reply(status, `refused after ${attempts}`),
  };
}

const LEFT: Relay = () => Promise.resolve({ kind: "left" });

const CALL: GeminiCall = {
  method: "POST",
  target: GENERATE,
  headers: [],
  body: null,
  model: "m",
  framing: null,
};

Deno.test("the client plane lets the first dialect answer that a request speaks, and no other", async () => {
  const served: string[] = [];
  const noting = (name: string) =>
    aDialect("a", () => {
      served.push(name);
      return Promise.resolve({ kind: "left" });
    });
  const { ask } = aClientApi(LEFT, [noting("first"), noting("second")]);

  await ask("/a/x");
  await ask(GENERATE);

  assert.deepEqual(served, ["first"]);
});

Deno.test("the client plane tells errors and refusals in the dialect's own words", async () => {
  const refused = aDialect("a", ({ relay }) => relay(CALL));
  const failing = aDialect("b", () => Promise.reject(new RotatorError("not_found", "Gone")));
  const { ask } = aClientApi(({ attempts }) => {
    attempts.push({
      keyId: "k1" as KeyId,
      label: "",
      fingerprint: "0bad",
      rule: "other",
      outcome: "refused",
      status: 402,
      ms: 1,
    });
    return Promise.resolve({ kind: "refused", refusal: { status: 402, error: null } });
  }, [refused, failing]);

  const texts = await Promise.all(
    ["/a", "/b"].map(async (address) => {
      const { response } = await ask(address);
      return [response.status, await response.text(), response.headers.get("x-request-id")];
    }),
  );

  assert.deepEqual(texts, [
    [402, "a: refused after 1", "id-1"],
    [418, "b: Gone after 0", "id-1"],
  ]);
});

Deno.test("the client plane tells who is not known in the dialect's own words, and serves nothing", async () => {
  const { ask } = aClientApi(LEFT, [aDialect("a", () => Promise.reject(new Error("served")))]);

  const { response } = await ask("/a", { headers: {} });

  assert.match(await response.text(), /^a: Cannot authenticate/);
});

Deno.test("the client plane hands a dialect's wishes on to the relay", async () => {
  const ends: unknown[] = [];
  const reconsider = () => null;
  const wishing = aDialect(
    "a",
    ({ relay }) => relay(CALL, { reconsider, onEnd: (end) => ends.push(end) }),
  );
  const { ask, relayed } = aClientApi((request) => {
    request.onEnd({ kind: "complete", usage: null });
    return Promise.resolve({ kind: "left" });
  }, [wishing]);

  await ask("/a");

  assert.equal(relayed[0]?.call, CALL);
  assert.equal(relayed[0]?.reconsider, reconsider);
  assert.deepEqual(ends, [{ kind: "complete", usage: null }]);
});

Deno.test("the client plane answers a preflight of every dialect alike", async () => {
  const { ask, relayed } = aClientApi(LEFT, [aDialect("a", () => Promise.reject(new Error("?")))]);

  const { response } = await ask("/a", {
    method: "OPTIONS",
    body: null,
    headers: { origin: "https://p.example", "access-control-request-method": "POST" },
  });

  assert.deepEqual([response.status, relayed.length], [204, 0]);
  assert.equal(response.headers.get("x-request-id"), "id-1");
});
