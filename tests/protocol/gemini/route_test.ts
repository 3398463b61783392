import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../../lib/domain/errors.ts";
import {
  type GeminiRoute,
  listModelsRoute,
  modelRoute,
  parseGeminiRoute,
  upstreamPath,
  upstreamQuery,
} from "../../../lib/protocol/gemini/route.ts";

const CALLS = [
  "generateContent",
  "streamGenerateContent",
  "countTokens",
  "embedContent",
  "batchEmbedContents",
] as const;

function parse(method: string, path: string) {
  return parseGeminiRoute(method, path.slice(1).split("/"));
}

for (const version of ["v1beta", "v1"] as const) {
  Deno.test(`parseGeminiRoute() knows the list of models in ${version}`, () => {
    assert.deepEqual(parse("GET", `/${version}/models`), {
      kind: "route",
      version,
      operation: "listModels",
      model: null,
      verb: "GET",
      metered: false,
      streams: false,
    });
  });

  Deno.test(`parseGeminiRoute() knows one model in ${version}`, () => {
    assert.deepEqual(parse("GET", `/${version}/models/gemini-2.5-pro`), {
      kind: "route",
      version,
      operation: "getModel",
      model: "gemini-2.5-pro",
      verb: "GET",
      metered: false,
      streams: false,
    });
  });

  for (const operation of CALLS) {
    Deno.test(`parseGeminiRoute() knows ${operation} in ${version}`, () => {
      assert.deepEqual(parse("POST", `/${version}/models/gemini-2.5-pro:${operation}`), {
        kind: "route",
        version,
        operation,
        model: "gemini-2.5-pro",
        verb: "POST",
        metered: operation !== "countTokens",
        streams: operation === "streamGenerateContent",
      });
    });
  }
}

for (
  const [method, path, allow] of [
    ["POST", "/v1beta/models", "GET"],
    ["HEAD", "/v1beta/models", "GET"],
    ["DELETE", "/v1beta/models/gemini-2.5-pro", "GET"],
    ["POST", "/v1beta/models/gemini-2.5-pro", "GET"],
    ["GET", "/v1beta/models/gemini-2.5-pro:generateContent", "POST"],
    ["PUT", "/v1/models/gemini-2.5-pro:countTokens", "POST"],
  ] as const
) {
  Deno.test(`parseGeminiRoute() allows only ${allow} where ${method} ${path} was sent`, () => {
    assert.deepEqual(parse(method, path), { kind: "wrong_method", allow });
  });
}

for (
  const [path, family] of [
    ["/v1beta/files", "files"],
    ["/v1beta/files:register", "files"],
    ["/v1beta/files/abc:download", "files"],
    ["/upload/v1beta/files", "upload"],
    ["/download/v1beta/files/abc:download", "download"],
    ["/v1beta/cachedContents/abc", "cachedContents"],
    ["/v1/batches/abc:cancel", "batches"],
    ["/v1beta/tunedModels/abc:generateContent", "tunedModels"],
    ["/v1beta/fileSearchStores/a/documents/b", "fileSearchStores"],
    ["/v1beta/interactions", "interactions"],
    ["/v1beta/openai/chat/completions", "openai"],
    ["/v1alpha/models", "v1alpha"],
    ["/v1beta/models/veo-3:predictLongRunning", "predictLongRunning"],
    ["/v1beta/models/gemini-2.5-pro:batchGenerateContent", "batchGenerateContent"],
    ["/v1beta/models/veo-3/operations/abc", "operations"],
    ["/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent", "ws"],
  ] as const
) {
  Deno.test(`parseGeminiRoute() knows that ${path} is Google's, but not proxied`, () => {
    assert.deepEqual(parse("POST", path), { kind: "not_proxied", family });
  });
}

for (
  const path of [
    ...["/", "/v1", "/v1beta", "/v1/chat/completions", "/v1/embeddings", "/v2/models", "/models"],
    ...["/v1beta/models/gemini-2.5-pro:dance", "/v1beta/models/gemini-2.5-pro:toString"],
    ...["/v1beta/models/gemini-2.5-pro:", "/v1beta/models/gemini-2.5-pro:generateContent:x"],
    ...["/v1beta/models/gemini-2.5-pro/x", "/v1beta/models/a:generateContent/", "/V1beta/models"],
    ...["/v1beta/constructor", "/__proto__/models", "/v1beta/Models", "/v1beta/modelsx"],
  ]
) {
  Deno.test(`parseGeminiRoute() knows nothing of ${path}`, () => {
    assert.equal(parse("POST", path), null);
  });
}

for (const model of ["", ".a", "-a", "_a", "a@b", "a~b", "a b", "a".repeat(129), "gem\u00efni"]) {
  Deno.test(`parseGeminiRoute() takes ${JSON.stringify(model.slice(0, 20))} for no model`, () => {
    assert.deepEqual(parse("POST", `/v1beta/models/${model}:generateContent`), {
      kind: "bad_model",
    });
    assert.deepEqual(parse("GET", `/v1beta/models/${model}`), { kind: "bad_model" });
    assert.throws(() => modelRoute("getModel", model), { code: "invalid_request" });
  });
}

Deno.test("modelRoute() makes the route that the path would have made", () => {
  const path = "/v1/models/gemini-2.5-pro:streamGenerateContent";
  const route = modelRoute("streamGenerateContent", "gemini-2.5-pro", { version: "v1" });

  assert.deepEqual(route, parse("POST", path));
});

Deno.test("upstreamPath() spells every route as Google does", () => {
  const paths = [
    upstreamPath(listModelsRoute()),
    upstreamPath(modelRoute("getModel", "a")),
    ...CALLS.map((call) => upstreamPath(modelRoute(call, "a", { version: "v1" }))),
  ];

  assert.deepEqual(paths, [
    "/v1beta/models",
    "/v1beta/models/a",
    ...CALLS.map((call) => `/v1/models/a:${call}`),
  ]);
});

const MODELS = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(
    fc.constantFrom("a", "9", "-", ".", "..", "/", "\\", "?", "#", "@", ":", "%2f", "\n", "\ud800"),
    { maxLength: 8 },
  ).map((parts) => parts.join("")),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
);

Deno.test("upstreamPath() keeps the origin and its template for any model, or refuses it", () => {
  const base = "https://generativelanguage.googleapis.com";
  let built = 0;
  let refused = 0;
  fc.assert(
    fc.property(MODELS, fc.constantFrom("getModel", ...CALLS), (model, operation) => {
      const route: GeminiRoute = { ...modelRoute(operation, "a"), model };
      let path;
      try {
        path = upstreamPath(route);
      } catch (error) {
        assert.ok(error instanceof RotatorError && error.code === "invalid_request");
        refused++;
        return;
      }
      built++;
      const url = new URL(base + path);
      assert.equal(url.href, base + path);
      assert.match(path, /^\/v1beta\/models\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?::[a-zA-Z]+)?$/);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(built > 100 && refused > 100, `${built} built, ${refused} refused`);
});

Deno.test("parseGeminiRoute() and upstreamPath() undo each other, or the path is no route", () => {
  const paths = fc.tuple(
    fc.constantFrom("GET", "POST", "DELETE"),
    fc.constantFrom("v1", "v1beta", "v2"),
    MODELS,
    fc.constantFrom("", ":", ...CALLS.map((call) => `:${call}`)),
  );
  let routes = 0;
  fc.assert(
    fc.property(paths, ([method, version, model, call]) => {
      const path = `/${version}/models/${model}${call}`;
      const route = parse(method, path);
      if (route?.kind !== "route") return;
      routes++;
      assert.equal(upstreamPath(route), path);
      assert.equal(route.verb, method);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(routes > 50, `${routes} routes`);
});

const LIST = listModelsRoute();
const STREAM = modelRoute("streamGenerateContent", "a");
const UNARY = modelRoute("generateContent", "a");

Deno.test("upstreamQuery() sends on alt and fields, and paging only for lists", () => {
  const all = new URLSearchParams("pageToken=t%26x&alt=json&pageSize=5&fields=models(name)");

  assert.equal(
    upstreamQuery(all, LIST),
    "?alt=json&fields=models%28name%29&pageSize=5&pageToken=t%26x",
  );
  assert.equal(upstreamQuery(all, UNARY), "?alt=json&fields=models%28name%29");
  assert.equal(upstreamQuery(new URLSearchParams("alt=sse"), STREAM), "?alt=sse");
});

Deno.test("upstreamQuery() is empty when nothing is left", () => {
  assert.equal(upstreamQuery(new URLSearchParams(), STREAM), "");
  assert.equal(upstreamQuery(new URLSearchParams("key=a&callback=b"), STREAM), "");
});

for (
  const [query, route, message] of [
    ["alt=media", STREAM, 'Cannot send the parameter "alt" on: it must be "json" or "sse"'],
    ["alt=proto", LIST, 'Cannot send the parameter "alt" on: it must be "json" or "sse"'],
    ["alt=", STREAM, 'Cannot send the parameter "alt" on: it must be "json" or "sse"'],
    ["alt=SSE", STREAM, 'Cannot send the parameter "alt" on: it must be "json" or "sse"'],
    ["alt=sse&alt=sse", STREAM, 'Cannot send the parameter "alt" on: it is given more than once'],
    [
      "pageSize=1&pageSize=2",
      LIST,
      'Cannot send the parameter "pageSize" on: it is given more than once',
    ],
    [
      "alt=sse",
      UNARY,
      'Cannot send the parameter "alt" on: only streamGenerateContent answers with "sse"',
    ],
  ] as const
) {
  Deno.test(`upstreamQuery() refuses ${query} for ${route.operation}`, () => {
    assert.throws(() => upstreamQuery(new URLSearchParams(query), route), {
      code: "invalid_request",
      message,
    });
  });
}

const DROPPED = [
  ...["key", "$key", "callback", "$callback", "access_token", "oauth_token", "bearer_token", "$ct"],
  ...[
    "$.xgafv",
    "upload_protocol",
    "uploadType",
    "upload_id",
    "quotaUser",
    "userIp",
    "prettyPrint",
  ],
  ...["$prettyPrint", "$alt", "$fields", "$userProject", "userProject", "$httpMethod", "$req"],
  ...["$unique", "$outputDefaults", "ALT", "Alt", "alt[]", " alt", "alt ", "updateMask"],
  ...["page_size", "pagesize", "base_url", "api_base", "host", "model", "__proto__", "trace", "c"],
];

for (const name of DROPPED) {
  Deno.test(`upstreamQuery() drops ${JSON.stringify(name)}`, () => {
    const spellings = [
      name,
      encodeURIComponent(name),
      [...new TextEncoder().encode(name)].map((byte) => `%${byte.toString(16)}`).join(""),
    ];

    for (const spelling of spellings) {
      const query = new URLSearchParams(`${spelling}=x&alt=sse`);
      assert.equal(upstreamQuery(query, STREAM), "?alt=sse", spelling);
      assert.equal(upstreamQuery(new URLSearchParams(`${spelling}=x`), LIST), "", spelling);
    }
  });
}

Deno.test("upstreamQuery() sends nothing but the four parameters on, whatever the query", () => {
  const names = fc.oneof(
    fc.constantFrom("alt", "fields", "pageSize", "pageToken"),
    fc.constantFrom(...DROPPED),
    fc.string(),
  );
  const values = fc.oneof(fc.constantFrom("json", "sse"), fc.string({ unit: "binary" }));
  let sent = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, values), { maxLength: 4 }),
      fc.constantFrom(LIST, STREAM, UNARY),
      (pairs, route) => {
        let text;
        try {
          text = upstreamQuery(new URLSearchParams(pairs), route);
        } catch (error) {
          assert.ok(error instanceof RotatorError && error.code === "invalid_request");
          return;
        }
        const url = new URL(`https://upstream.example/v1beta/models${text}`);
        assert.match(text, /^(?:\?[\x21\x22\x24-\x7e]+)?$/);
        assert.equal(url.hash, "");
        for (const name of url.searchParams.keys()) {
          sent++;
          assert.ok(["alt", "fields", "pageSize", "pageToken"].includes(name), name);
        }
      },
    ),
    { numRuns: 2_000 },
  );
  assert.ok(sent > 100, `${sent} sent`);
});
