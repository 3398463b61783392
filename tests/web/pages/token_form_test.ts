import assert from "node:assert/strict";
import { RotatorError } from "../../../lib/domain/errors.ts";
import type { EpochMs, PoolId, TokenId } from "../../../lib/domain/ids.ts";
import type { Token } from "../../../lib/domain/token.ts";
import {
  formOfToken,
  readNewToken,
  readTokenChanges,
  typedToken,
} from "../../../lib/web/pages/token_form.ts";

const POOL = "01m89rhx1386xy0ym213rg1k6n";
const NOW = Date.UTC(2026, 10, 25, 12) as EpochMs;
const token: Token = {
  id: "01m89rhx1386xy0ym213rg1k6t" as TokenId,
  name: "a laptop",
  poolId: POOL as PoolId,
  enabled: true,
  allowedModels: ["gemini-3.6-flash", "gemini-2.5-pro"],
  expiresAt: Date.UTC(2027, 2, 1, 12, 30) as EpochMs,
  requestsPerMinute: 60,
  tokensPerDay: null,
  createdAt: NOW,
};

function typed(fields: Readonly<Record<string, string>> = {}) {
  return typedToken(new URLSearchParams({ name: "a client", pool: POOL, ...fields }));
}

function refusalOf(fields: Readonly<Record<string, string>>, keys = ""): string {
  try {
    readNewToken(typed(fields), { keys, now: NOW });
  } catch (error) {
    assert.ok(error instanceof RotatorError);
    return error.message;
  }
  throw new Error("the form was taken");
}

Deno.test("a form with nothing but a name and a pool makes a token without limits", () => {
  assert.deepEqual(readNewToken(typed(), { keys: "", now: NOW }), {
    settings: {
      name: "a client",
      allowedModels: null,
      expiresAt: null,
      requestsPerMinute: null,
      tokensPerDay: null,
    },
    source: { kind: "pool", poolId: POOL },
  });
});

Deno.test("limits are read from text: models from lines and commas, the expiry as UTC", () => {
  const form = typed({
    models: "gemini-3.6-flash, gemini-2.5-pro\r\n gemini-2.5-flash,",
    expires: "2026-11-25T12:01",
    requests: " 60 ",
    tokens: "1000000",
  });

  assert.deepEqual(readNewToken(form, { keys: "", now: NOW }).settings, {
    name: "a client",
    allowedModels: ["gemini-3.6-flash", "gemini-2.5-pro", "gemini-2.5-flash"],
    expiresAt: Date.UTC(2026, 10, 25, 12, 1),
    requestsPerMinute: 60,
    tokensPerDay: 1_000_000,
  });
});

Deno.test("pasted keys are candidates, and the pool that stands beside them is not looked at", () => {
  const { source } = readNewToken(typed({ source: "keys", pool: "none" }), {
    keys: "one\ntwo, three",
    now: NOW,
  });

  assert.deepEqual(source, {
    kind: "keys",
    candidates: [{ secret: "one" }, { secret: "two" }, { secret: "three" }],
  });
});

Deno.test("a refusal names what is wrong as the form calls it", () => {
  const limit = "it must be a whole number of 1 or more, or empty for no limit";
  assert.deepEqual([
    refusalOf({ name: " " }),
    refusalOf({ pool: "" }),
    refusalOf({ models: "gemini-3.6-flash, what?" }),
    refusalOf({ requests: "0" }),
    refusalOf({ tokens: "many" }),
    refusalOf({ expires: "2026-02-31T00:00" }),
    refusalOf({ expires: "2026-11-25T12:00" }),
    refusalOf({ source: "keys" }, " ,\n"),
  ], [
    "Cannot read the name: it must not be empty",
    "Cannot read the pool: it must be the id of a pool",
    "Cannot read model 2: it must be the name of a model",
    `Cannot read the requests per minute: ${limit}`,
    `Cannot read the tokens per day: ${limit}`,
    "Cannot read the expiry: it must be a date and a time in UTC, or empty for never",
    "Cannot read the expiry: it must be in the future",
    "Cannot read the pasted keys: it must hold at least one key",
  ]);
});

Deno.test("a token's form says what the token has, and changes nothing when left as it was", () => {
  const form = formOfToken(token);

  assert.equal(form.expires, "2027-03-01T12:30");
  assert.equal(form.models, "gemini-3.6-flash\ngemini-2.5-pro");
  assert.deepEqual(readTokenChanges(form, token), {});
});

Deno.test("a token's form keeps the seconds of an expiry that has some", () => {
  const odd = { ...token, expiresAt: (NOW + 1_234) as EpochMs };

  const form = formOfToken(odd);

  assert.equal(form.expires, "2026-11-25T12:00:01.234");
  assert.deepEqual(readTokenChanges(form, odd), {});
});

Deno.test("only what differs is a change, and an expiry may be moved to the past", () => {
  const form = {
    ...formOfToken(token),
    models: "",
    tokensPerDay: "5",
    expires: "2020-01-01T00:00",
  };

  assert.deepEqual(readTokenChanges(form, token), {
    allowedModels: null,
    expiresAt: Date.UTC(2020, 0, 1),
    tokensPerDay: 5,
  });
});
