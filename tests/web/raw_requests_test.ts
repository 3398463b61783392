import assert from "node:assert/strict";
import { Hono } from "hono";
import { RotatorError } from "../../lib/domain/errors.ts";
import { parseTarget } from "../../lib/web/target.ts";

/** Request lines whose address we take, with the path everyone has to see. */
const TAKEN: readonly (readonly [line: string, path: string])[] = [
  ["GET / HTTP/1.1", "/"],
  ["GET / HTTP/1.0", "/"],
  ["GET /v1/models HTTP/1.1", "/v1/models"],
  ["GET /v1/models/ HTTP/1.1", "/v1/models/"],
  ["GET /v1beta/models?pageSize=5 HTTP/1.1", "/v1beta/models"],
  ["GET /v1beta/models?a=/../admin HTTP/1.1", "/v1beta/models"],
  ["GET /v1beta/models?a=%2e%2e%2f\\ HTTP/1.1", "/v1beta/models"],
  ["GET /v1beta/models??key=a HTTP/1.1", "/v1beta/models"],
  ["POST /v1beta/models/g-2.5:generateContent HTTP/1.1", "/v1beta/models/g-2.5:generateContent"],
  ["GET /.../a HTTP/1.1", "/.../a"],
  ["GET /.well-known/a HTTP/1.1", "/.well-known/a"],
  ["GET /a@b/~c/d_e HTTP/1.1", "/a@b/~c/d_e"],
  ["PUT /a HTTP/1.1", "/a"],
  ["PATCH /a HTTP/1.1", "/a"],
  ["DELETE /a HTTP/1.1", "/a"],
  ["OPTIONS /a HTTP/1.1", "/a"],
  ["GET http://evil.example/v1/models HTTP/1.1", "/v1/models"],
  ["GET https://evil.example:8443/v1/models?x HTTP/1.1", "/v1/models"],
  ["GET http://evil.example HTTP/1.1", "/"],
];

/** Request lines that must not be served, by Deno or by us. */
const REFUSED: readonly string[] = [
  ...["/..", "/.", "/../", "/./", "/../admin", "/v1beta/../admin", "/v1beta/./models", "/v1/.."],
  ...["/%2e%2e/admin", "/%2E%2E/admin", "/.%2E/admin", "/%2e./admin", "/%2e", "/v1/%2e%2e"],
  ...["/%252e%252e/admin", "/%c0%ae%c0%ae/admin", "/%u002e/admin", "/..%00/admin", "/..;/admin"],
  ...["\\..\\admin", "/\\..\\admin", "/v1\\..\\admin", "/v1/..\\admin", "/\\admin", "/\\\\evil/a"],
  ...[
    "//admin",
    "///admin",
    "//evil.example/admin",
    "/v1//models",
    "/v1/models//",
    "//",
    "/./admin",
  ],
  ...["/v1%2f..%2fadmin", "/v1%2Fmodels", "/v1%5c..%5cadmin", "/v1%5Cmodels", "/%2fadmin"],
  ...[
    "/%61dmin",
    "/%41",
    "/adm%69n",
    "/%2561dmin",
    "/%25",
    "/%",
    "/%zz",
    "/%1",
    "/a%20b",
    "/a%3Fb",
  ],
  ...["/a%23b", "/a%0d%0ab", "/a%00b", "/a%7f", "/a%C3%A9", "/v1/models/a%3AgenerateContent"],
  ...["/admin;x", "/;/admin", "/admin;/../v1", "/a,b", "/a+b", "/a*b", "/a=b", "/a&b", "/a$b"],
  ...['/a"b', "/a<b>", "/a{b}", "/a|b", "/a^b", "/a`b", "/a'b", "/(a)", "/!a", "/[a]"],
  ...["/a\x00b", "/a\x01b", "/a\x7fb", "/caf\xe9", "/caf\xc3\xa9", "/a\tb"],
  ...["?a=b", "admin", ""],
  ...["http://evil.example/../admin", "http://evil.example//admin", "http://evil.example/%61"],
  ...["http://u:p@evil.example/a", "http://@evil.example/a", "http://evil.example:x/a"],
  ...["http://evil.example\\@good/a", "http:///a", "http://a:99999/a", "http://1.2.3.4.5/a"],
  ...["ftp://evil.example/a", "file:///etc/passwd", "javascript:alert(1)"],
].map((address) => `GET ${address} HTTP/1.1`).concat(
  ...["CONNECT evil.example:443", "CONNECT /a", "TRACE /a", "TRACK /a", "get /a", "Get /a"].map(
    (start) => `${start} HTTP/1.1`,
  ),
  ...["FOO /a", "G@T /a", "GET /a b", "GET  /a", "GET\t/a", "OPTIONS *", "GET *"].map(
    (start) => `${start} HTTP/1.1`,
  ),
  ["GET /a", "GET /a HTTP/9.9", "GET /a HTTP/1.1 x", "PRI * HTTP/2.0", "/a", " GET /a HTTP/1.1"],
);

/** Deno 2.9 hands these over and we refuse them; 2.5 tidies them up before anyone sees them. */
const TIDIED: readonly (readonly [line: string, path: string])[] = [
  ["GET /v1/models#x HTTP/1.1", "/v1/models"],
  ["GET /v1/models#/../admin HTTP/1.1", "/v1/models"],
  ["GET /v1#?key=a HTTP/1.1", "/v1"],
  ["GET /v1/models?a#b HTTP/1.1", "/v1/models"],
  ["GET HTTP://evil.example/a HTTP/1.1", "/a"],
];

const GOOD_HOSTS: readonly (readonly string[])[] = [
  ["rotator.example"],
  ["ROTATOR.example:8443"],
  ["127.0.0.1:8000"],
  ["[::1]:8000"],
  [],
];
const ODD_HOSTS: readonly (readonly string[])[] = [
  ...["a/admin?", "a/v1beta/y?", "evil.example/", "a@b", "a?", "a#", "a\\b", "a b", "a, b"],
  ...["", "*", "_a", "a:b", "a:", "a:99999", "[::1", "ex\xe4mple", "http://a", "%61", "a;b"],
].map((host) => [host]).concat([["a", "b"], ["rotator.example", "rotator.example"]]);

/** What the three readers of one request saw. */
interface Sighting {
  guard: string;
  router: string;
  forwarder: string;
}

const router = new Hono().all("*", (context) => context.text(context.req.path));

async function handler(request: Request): Promise<Response> {
  try {
    const target = parseTarget(request);
    const seen = await router.request(request);
    return Response.json({
      guard: `/${target.segments.join("/")}`,
      router: await seen.text(),
      forwarder: new URL(request.url).pathname,
    });
  } catch (error) {
    assert.ok(error instanceof RotatorError);
    return new Response(error.message, { status: error.code === "invalid_request" ? 400 : 405 });
  }
}

/** Runs `play` against a server; an error that is not a refusal would be a 500, and fails the test. */
async function withServer(play: (send: Send) => Promise<void>): Promise<void> {
  const onError = () => new Response("crashed", { status: 500 });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, onError }, handler);
  try {
    await play((line, hosts) => exchange(server.addr.port, line, hosts));
  } finally {
    await server.shutdown();
  }
}

type Send = (line: string, hosts: readonly string[]) => Promise<{ status: number; body: string }>;

/** Sends bytes as they are; status 0 stands for a connection that closed without an answer. */
async function exchange(port: number, line: string, hosts: readonly string[]) {
  const fields = hosts.map((host) => `Host: ${host}\r\n`).join("");
  const bytes = Uint8Array.from(
    `${line}\r\n${fields}Connection: close\r\n\r\n`,
    (character) => character.charCodeAt(0),
  );
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  await connection.write(bytes);
  const answer = await readAll(connection);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  return { status: Number(head.split(" ")[1] ?? 0), body };
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  let text = "";
  for (let size = await connection.read(buffer); size; size = await connection.read(buffer)) {
    text += decoder.decode(buffer.subarray(0, size));
  }
  return text;
}

function assertTaken(answer: { status: number; body: string }, path: string, what: string): void {
  assert.equal(answer.status, 200, what);
  const expected: Sighting = { guard: path, router: path, forwarder: path };
  assert.deepEqual(JSON.parse(answer.body), expected, what);
}

Deno.test("the raw corpus has at least 60 request lines and 12 forms of Host", () => {
  assert.ok(new Set([...REFUSED, ...[...TAKEN, ...TIDIED].map(([line]) => line)]).size >= 60);
  assert.ok(GOOD_HOSTS.length + ODD_HOSTS.length >= 12);
});

Deno.test("guard, router and forwarder see the same path of every raw request that is served", async () => {
  await withServer(async (send) => {
    for (const [line, path] of TAKEN) {
      for (const hosts of GOOD_HOSTS) {
        assertTaken(await send(line, hosts), path, `${line} ${JSON.stringify(hosts)}`);
      }
    }
  });
});

Deno.test("what a runtime may tidy up is refused, or seen alike by everyone", async () => {
  await withServer(async (send) => {
    for (const [line, path] of TIDIED) {
      const answer = await send(line, ["rotator.example"]);
      if (answer.status !== 400) assertTaken(answer, path, line);
    }
  });
});

Deno.test("an odd Host is refused with every request line", async () => {
  await withServer(async (send) => {
    for (const line of [...TAKEN.map(([taken]) => taken), ...REFUSED]) {
      for (const hosts of ODD_HOSTS) {
        const { status, body } = await send(line, hosts);
        const what = `${JSON.stringify([line, hosts])}: ${status} ${body}`;
        assert.ok([0, 400, 405].includes(status), what);
      }
    }
    assertTaken(await send("GET /v1/models HTTP/1.1", ["a"]), "/v1/models", "afterwards");
  });
});

Deno.test("an odd request line is refused with every Host, and the next request is served", async () => {
  await withServer(async (send) => {
    for (const line of REFUSED) {
      for (const hosts of GOOD_HOSTS) {
        const { status, body } = await send(line, hosts);
        const what = `${JSON.stringify([line, hosts])}: ${status} ${body}`;
        assert.ok([0, 400, 405].includes(status), what);
      }
      assertTaken(await send("GET /v1/models HTTP/1.1", ["a"]), "/v1/models", `after ${line}`);
    }
  });
});
