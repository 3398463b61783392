import assert from "node:assert/strict";
import fc from "fast-check";
import { getPath } from "hono/utils/url";
import { RotatorError } from "../../lib/domain/errors.ts";
import { parseTarget, type TargetOptions } from "../../lib/web/target.ts";

/** A request as Deno would hand it over: nothing of its URL is resolved. */
function aRequest(
  { method = "GET", url = "http://rotator.example/", host }: {
    method?: string;
    url?: string;
    host?: string;
  },
): Pick<Request, "method" | "url" | "headers"> {
  return { method, url, headers: new Headers(host === undefined ? {} : { host }) };
}

function refusalOf(request: Parameters<typeof aRequest>[0], options?: TargetOptions): RotatorError {
  try {
    parseTarget(aRequest(request), options);
  } catch (error) {
    assert.ok(error instanceof RotatorError);
    return error;
  }
  assert.fail(`${JSON.stringify(request)} was not refused`);
}

Deno.test("parseTarget() reads method, path, segments and query", () => {
  const url = "http://rotator.example/v1beta/models/gemini-2.5-flash:generateContent?alt=sse&a=%20";
  const target = parseTarget(aRequest({ method: "POST", url, host: "rotator.example" }));

  assert.equal(target.method, "POST");
  assert.equal(target.path, "/v1beta/models/gemini-2.5-flash:generateContent");
  assert.deepEqual(target.segments, ["v1beta", "models", "gemini-2.5-flash:generateContent"]);
  assert.deepEqual([...target.query], [["alt", "sse"], ["a", " "]]);
  assert.equal(target.query, target.query);
});

Deno.test("parseTarget() takes a Request as it is", () => {
  const target = parseTarget(new Request("https://rotator.example/admin/pools?page=2"));

  assert.deepEqual([target.path, target.query.get("page")], ["/admin/pools", "2"]);
});

Deno.test("parseTarget() takes only the first question mark off the query", () => {
  const { query } = parseTarget(aRequest({ url: "http://rotator.example/v1??key=a" }));

  assert.deepEqual([...query], [["?key", "a"]]);
});

for (
  const [sent, path] of [
    ["/v1/models/google%2Fgemini-2.5-flash", "/v1/models/google/gemini-2.5-flash"],
    ["/models/google%2fgemini-2.5-flash", "/models/google/gemini-2.5-flash"],
    ["/v1/models/a%2Fb%2Fc", "/v1/models/a/b/c"],
  ] as const
) {
  Deno.test(`parseTarget() reads the name of a model in ${sent} with its slash`, () => {
    const target = parseTarget(aRequest({ url: `http://rotator.example${sent}?a=%2F` }));

    assert.equal(target.path, path);
    assert.deepEqual(target.segments, path.slice(1).split("/"));
    assert.equal(target.query.get("a"), "/");
  });
}

for (
  const [line, state] of [
    ["GET /v1/models/..%2Fadmin", 'it has a segment "." or ".."'],
    ["GET /v1/models/a%2F..%2F..%2Fadmin", 'it has a segment "." or ".."'],
    ["GET /v1/models/a%2F.", 'it has a segment "." or ".."'],
    ["GET /v1/models/%2Fa", 'it has "//"'],
    ["GET /v1/models/a%2F%2Fb", 'it has "//"'],
    ["GET /v1/models/%2e%2e%2Fadmin", 'it has "%2e"'],
    ["GET /v1/models/a%2F%5Cb", 'it has "%5C"'],
    ["GET /v1/models/a%252Fb", 'it has "%25"'],
    ["GET /v1/models%2Fa", 'it has "%2F"'],
    ["GET /v1/models/a/b%2Fc", 'it has "%2F"'],
    ["GET /v1beta/models/a%2Fb", 'it has "%2F"'],
    ["GET /api/models/a%2Fb", 'it has "%2F"'],
    ["GET /v1%2Fmodels/a%2Fb", 'it has "%2F"'],
    ["POST /v1/models/a%2Fb", 'it has "%2F"'],
    ["DELETE /models/a%2Fb", 'it has "%2F"'],
  ] as const
) {
  Deno.test(`parseTarget() refuses ${line}, though the name of a model may have a slash`, () => {
    const [method = "", path = ""] = line.split(" ");

    const { code, message } = refusalOf({ method, url: `http://rotator.example${path}` });

    assert.deepEqual([code, message], ["invalid_request", `Cannot read the path: ${state}`]);
  });
}

Deno.test("parseTarget() gives the root no segments and a closing slash an empty one", () => {
  assert.deepEqual(parseTarget(aRequest({})).segments, []);
  const { segments } = parseTarget(aRequest({ url: "http://rotator.example/v1/" }));
  assert.deepEqual(segments, ["v1", ""]);
});

for (
  const [path, state] of [
    ["/v1beta/../admin", 'it has a segment "." or ".."'],
    ["/v1beta/./models", 'it has a segment "." or ".."'],
    ["/..", 'it has a segment "." or ".."'],
    ["/%2e%2e/admin", 'it has "%2e"'],
    ["/.%2E/admin", 'it has "%2E"'],
    ["/v1%2fmodels", 'it has "%2f"'],
    ["/v1%5cmodels", 'it has "%5c"'],
    ["/%61dmin", 'it has "%61"'],
    ["/%2561dmin", 'it has "%25"'],
    ["/a%00", 'it has "%00"'],
    ["/a%", 'it has "%"'],
    ["/a%zz", 'it has "%"'],
    ["/v1\\admin", 'it has "\\\\"'],
    ["//admin", 'it has "//"'],
    ["/v1//models", 'it has "//"'],
    ["/v1;x=1/models", 'it has ";"'],
    ["/*", 'it has "*"'],
    ["/caf\u00e9", "it has U+00E9"],
    ["/a\u0000", "it has U+0000"],
    ["/a b", "it has U+0020"],
    ["/\u{1f600}", "it has U+1F600"],
    ["/\ud800", "it has U+D800"],
  ] as const
) {
  Deno.test(`parseTarget() refuses the path ${JSON.stringify(path)} and says why`, () => {
    const { code, message } = refusalOf({ url: `http://rotator.example${path}` });

    assert.deepEqual([code, message], ["invalid_request", `Cannot read the path: ${state}`]);
  });
}

for (
  const [url, state] of [
    ["http://rotator.example/v1#x", 'it has "#"'],
    ["http://rotator.example/v1?a=b#x", 'it has "#"'],
    ["http://foo:443", "it has no path"],
    ["ftp://rotator.example/v1", "it is neither a path nor an http URL"],
    ["HTTP://rotator.example/v1", "it is neither a path nor an http URL"],
    ["*", "it is neither a path nor an http URL"],
    [`http://rotator.example/${"a".repeat(8_192)}`, "it has more than 8192 characters"],
  ] as const
) {
  Deno.test(`parseTarget() refuses the address ${url.slice(0, 40)} and says why`, () => {
    const { code, message } = refusalOf({ url });

    assert.deepEqual([code, message], ["invalid_request", `Cannot read the address: ${state}`]);
  });
}

for (const host of ["a", "EXAMPLE.com:8443", "127.0.0.1:1", "[::1]", "[2001:db8::1]:80"]) {
  Deno.test(`parseTarget() takes the host ${host}`, () => {
    const target = parseTarget(aRequest({ url: `http://${host}/v1`, host }));

    assert.equal(target.path, "/v1");
  });
}

const ODD_HOSTS = [
  ...["", "a@b", "a/admin?", "a?", "a#", "a\\b", "a b", "a, b", "*", "_a", "a:", "a:b", "a:1:2"],
  ...["[::1", "::1", "[a]b", "ex\u00e4mple", "%61", "[::1]\t:1"],
];
for (const host of ODD_HOSTS) {
  Deno.test(`parseTarget() refuses the Host header ${JSON.stringify(host)}`, () => {
    const { code, message } = refusalOf({ url: "http://rotator.example/v1", host });

    assert.equal(code, "invalid_request");
    assert.match(message, /^Cannot read the host: it must be a name or an address/);
  });
}

for (const host of ["1.2.3.4.5", "a:99999", "256.256.256.256", "[:::]"]) {
  Deno.test(`parseTarget() refuses ${host}, which new URL() could not read later`, () => {
    const { message } = refusalOf({ url: `http://${host}/v1` });

    assert.match(message, /^Cannot read the host/);
    assert.equal(URL.canParse(`http://${host}/v1`), false);
  });
}

for (
  const [query, state] of [
    ["a=caf\u00e9", "it has U+00E9"],
    ["a\r\nb", "it has U+000D"],
    ["a b", "it has U+0020"],
    ["\u{1f600}", "it has U+1F600"],
  ] as const
) {
  Deno.test(`parseTarget() refuses the query ${JSON.stringify(query)} and says why`, () => {
    const { code, message } = refusalOf({ url: `http://rotator.example/v1?${query}` });

    assert.deepEqual([code, message], ["invalid_request", `Cannot read the query: ${state}`]);
  });
}

Deno.test("parseTarget() judges the URL's own authority as well as the Host header", () => {
  const { message } = refusalOf({ url: "http://u:p@evil.example/v1", host: "rotator.example" });

  assert.match(message, /^Cannot read the host/);
});

Deno.test("parseTarget() with a list of hosts serves those, whatever the case and port", () => {
  const hosts = new Set(["rotator.example", "[::1]"]);

  for (const host of ["rotator.example", "Rotator.Example:8443", "[::1]:8000"]) {
    assert.equal(parseTarget(aRequest({ url: `http://${host}/v1`, host }), { hosts }).path, "/v1");
  }
});

Deno.test("parseTarget() with a list of hosts refuses others, in the header or in the URL", () => {
  const hosts = new Set(["rotator.example"]);
  const listed = { url: "http://rotator.example/v1", host: "rotator.example" };
  const other = "evil.rotator.example";

  for (const request of [{ ...listed, host: other }, { ...listed, url: `http://${other}/v1` }]) {
    const { code, message } = refusalOf(request, { hosts });
    assert.equal(code, "invalid_request");
    assert.equal(message, `Cannot read the host: "${other}" is not served here`);
  }
});

for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
  Deno.test(`parseTarget() takes ${method}`, () => {
    assert.equal(parseTarget(aRequest({ method })).method, method);
  });
}

for (const method of ["CONNECT", "TRACE", "get", "FOO", "PROPFIND", "toString", ""]) {
  Deno.test(`parseTarget() refuses the method ${JSON.stringify(method)}`, () => {
    const { code, message } = refusalOf({ method });

    assert.equal(code, "method_not_allowed");
    assert.ok(message.startsWith(`Cannot serve method "${method}": allowed are GET, `));
  });
}

const HOSTILE = fc.constantFrom(
  ...["/", "/", "v1", "a", "Z", "0", ".", "..", "/./", "/../", "%2e", "%2F", "%5C", "%61", "%00"],
  ...[
    "%25",
    "%",
    "\\",
    ";",
    ":",
    "@",
    "~",
    "-",
    "_",
    "?",
    "#",
    "*",
    "+",
    " ",
    "\0",
    "\r\n",
    "\u00e9",
  ],
  ...["\u2025", "\uff0e", "\ud800"],
);
const PATHS = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(HOSTILE, { maxLength: 8 }).map((parts) => parts.join("")),
  fc.stringMatching(/^[A-Za-z0-9._~:@\/-]{0,20}$/),
).map((path) => `/${path}`);

Deno.test("parseTarget() refuses any path, or agrees with the router and new URL() about it", () => {
  let served = 0;
  let refused = 0;
  fc.assert(
    fc.property(PATHS, (path) => {
      const request = aRequest({ url: `http://rotator.example${path}`, host: "rotator.example" });
      let target;
      try {
        target = parseTarget(request);
      } catch (error) {
        assert.ok(error instanceof RotatorError && error.code === "invalid_request");
        refused++;
        return;
      }
      served++;
      assert.match(target.path, /^(?:\/[A-Za-z0-9._~:@-]*)+$/);
      assert.doesNotMatch(target.path, /\/\/|\/\.{1,2}(?:\/|$)/);
      assert.equal(`/${target.segments.join("/")}`, target.path);
      assert.equal(getPath(request as Request), target.path);
      assert.equal(new URL(request.url).pathname, target.path);
      assert.equal(new URL(request.url).searchParams.toString(), target.query.toString());
    }),
    { numRuns: 3_000 },
  );
  assert.ok(served > 100 && refused > 100, `${served} served, ${refused} refused`);
});

Deno.test("parseTarget() reads any name of a model as though its slashes had been sent plain", () => {
  const pieces = fc.constantFrom(
    ...["%2F", "%2f", "a", "gemini-2.5", ".", "..", "%2e", "%5C", "%25", ":", "//", "/", "?", "\\"],
  );
  let read = 0;
  const outcomeOf = (path: string) => {
    try {
      const { path: read } = parseTarget(aRequest({ url: `http://rotator.example${path}` }));
      return read;
    } catch (error) {
      assert.ok(error instanceof RotatorError);
      return error.message;
    }
  };
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 6 }), (names) => {
      const path = `/v1/models/a%2F${names.join("")}`;
      const outcome = outcomeOf(path);
      read += Number(outcome.startsWith("/"));
      const [address = "", ...query] = path.split("?");
      assert.equal(outcome, outcomeOf([address.replace(/%2F/gi, "/"), ...query].join("?")));
    }),
    { numRuns: 1_000 },
  );
  assert.ok(read > 100 && read < 900, `${read} read`);
});

Deno.test("parseTarget() refuses any host, or new URL() reads the same path behind it", () => {
  const hosts = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.array(
      fc.constantFrom("a", "1", ".", "-", ":", "80", "[", "]", "@", "/", "?", "#", "\\", "%", " "),
      { maxLength: 6 },
    ).map((parts) => parts.join("")),
  );
  let served = 0;
  fc.assert(
    fc.property(hosts, (host) => {
      const request = aRequest({ url: `http://${host}/v1/models?b` });
      let target;
      try {
        target = parseTarget(request);
      } catch (error) {
        assert.ok(error instanceof RotatorError);
        return;
      }
      served++;
      assert.equal(new URL(request.url).pathname, target.path);
      assert.equal(getPath(request as Request), target.path);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(served > 20, `${served} served`);
});

Deno.test("parseTarget() never repeats more than 80 characters of what it refuses", () => {
  const long = fc.string({ unit: "grapheme-ascii", minLength: 100, maxLength: 300 });
  fc.assert(
    fc.property(long, fc.constantFrom("method", "url", "host"), (text, place) => {
      const host = text.replace(/[^a-z0-9]/gi, "a");
      const request = {
        method: { method: text },
        url: { url: `http://rotator.example/\\${text}` },
        host: { url: `http://${host}/`, host },
      }[place] ?? {};
      const { message } = refusalOf(request, { hosts: new Set(["rotator.example"]) });

      const echoed = JSON.stringify(place === "host" ? host.toLowerCase() : text);
      assert.equal(message.includes(echoed.slice(1, 82)), false);
      assert.ok(message.length < 200);
    }),
    { numRuns: 1_000 },
  );
});
