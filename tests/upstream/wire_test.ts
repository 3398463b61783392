/** What every way of carrying calls promises, over real sockets. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { createFetchWire } from "../../lib/upstream/fetch_wire.ts";
import { createNodeWire } from "../../lib/upstream/node_wire.ts";
import { type ChunkReader, Line, type Send, type WireRequest } from "../../lib/upstream/wire.ts";
import { until } from "../simulator/until.ts";

const SECRET = "a-secret-of-a-key";
const MEBIBYTE = 1_048_576;
const bytesOf = (text: string) => new TextEncoder().encode(text);

const WIRES: Readonly<Record<string, (url: string) => { send: Send; close(): void }>> = {
  node: createNodeWire,
  fetch: (url) => ({ send: createFetchWire(url, fetch), close: () => {} }),
};

for (const [name, createWire] of Object.entries(WIRES)) {
  const wireTest = (promise: string, handler: Handler, test: (t: Wired) => Promise<void>) =>
    Deno.test(`the ${name} wire ${promise}`, async () => {
      const server = serve(handler);
      const wire = createWire(`${server.url}/base`);
      try {
        await test({ ...server, send: wire.send });
      } finally {
        wire.close();
        await server.stop();
      }
    });

  wireTest(
    "brings status, headers and every byte of the body",
    () => new Response("Grüße", { status: 418, headers: { "x-said": "so" } }),
    async ({ send }) => {
      const { status, headers, body } = await send(request(), SECRET, new Line());

      assert.deepEqual([status, headers.get("x-said"), headers.get("x-unsaid")], [418, "so", null]);
      assert.equal(await textOf(body), "Grüße");
    },
  );

  wireTest(
    "sends the body whole and the key in its header only",
    async (asked) =>
      Response.json({
        method: asked.method,
        path: new URL(asked.url).pathname,
        key: asked.headers.get("x-goog-api-key"),
        type: asked.headers.get("content-type"),
        text: await asked.text(),
      }),
    async ({ send }) => {
      const text = "é".repeat(300_000);

      const { body } = await send(request({ body: bytesOf(text) }), SECRET, new Line());

      assert.deepEqual(JSON.parse(await textOf(body)), {
        method: "POST",
        path: "/base/v1beta/models",
        key: SECRET,
        type: "application/json",
        text,
      });
    },
  );

  wireTest(
    "sends a GET without a body",
    async (asked) => Response.json([asked.method, await asked.text()]),
    async ({ send }) => {
      const { body } = await send({ ...request(), method: "GET", body: null }, SECRET, new Line());

      assert.deepEqual(JSON.parse(await textOf(body)), ["GET", ""]);
    },
  );

  wireTest(
    "unpacks a body that nobody asked to be packed",
    () =>
      new Response(new Uint8Array(gzipSync("unpacked")), {
        headers: { "content-encoding": "gzip" },
      }),
    async ({ send }) => {
      const { body } = await send(request(), SECRET, new Line());

      assert.equal(await textOf(body), "unpacked");
    },
  );

  wireTest(
    "gives a redirect as it is",
    () => new Response(null, { status: 307, headers: { location: "http://127.0.0.1:9/else" } }),
    async ({ send }) => {
      const { status, body } = await send(request(), SECRET, new Line());

      assert.equal(status, 307);
      assert.equal(await textOf(body), "");
    },
  );

  wireTest(
    "keeps every byte of a large body for a reader that is slow",
    () => new Response(counting(8 * MEBIBYTE)),
    async ({ send }) => {
      const { body } = await send(request(), SECRET, new Line());
      let expected = 0;
      let same = true;

      for (let piece = await body.read(); piece !== null; piece = await body.read()) {
        if (expected % 7 === 0) await aTurn();
        same &&= piece.every((byte) => byte === expected++ % 251);
      }

      assert.deepEqual([same, expected], [true, 8 * MEBIBYTE]);
    },
  );

  wireTest(
    "lets the sender wait while nobody reads",
    (_, counts) => new Response(counting(256 * MEBIBYTE, counts)),
    async ({ send, counts }) => {
      const line = new Line();
      const { body } = await send(request(), SECRET, line);
      await body.read();

      await quiet(() => counts.sentBytes);

      assert.ok(counts.sentBytes < 64 * MEBIBYTE, `${counts.sentBytes} bytes were sent`);
      line.hangUp();
      await until(() => counts.cancelled === 1);
    },
  );

  wireTest(
    "rejects when the body breaks off",
    () => new Response(breaking("the beginning")),
    async ({ send }) => {
      const { body } = await send(request(), SECRET, new Line());

      await assert.rejects(textOf(body));
    },
  );

  wireTest(
    "rejects when the line is hung up before there is an answer",
    (asked, counts) =>
      new Promise((resolve) => {
        counts.asked += 1;
        asked.signal.addEventListener("abort", () => {
          counts.cancelled += 1;
          resolve(new Response());
        });
      }),
    async ({ send, counts }) => {
      const line = new Line();
      const sending = send(request(), SECRET, line);
      await until(() => counts.asked === 1);

      line.hangUp();

      await assert.rejects(sending);
      await until(() => counts.cancelled === 1);
    },
  );

  wireTest(
    "rejects at once on a line that was hung up already",
    () => new Response("too late"),
    async ({ send }) => {
      const line = new Line();
      line.hangUp();

      await assert.rejects(send(request(), SECRET, line));
    },
  );

  wireTest(
    "tells the sender when nobody wants the rest",
    (_, counts) => new Response(counting(256 * MEBIBYTE, counts)),
    async ({ send, counts }) => {
      const { body } = await send(request(), SECRET, new Line());
      await body.read();

      await body.cancel();

      await until(() => counts.cancelled === 1);
    },
  );

  wireTest(
    "uses a connection again, and hanging up on a call that is over cuts no other",
    (_, counts) => new Response(`${++counts.asked}`),
    async ({ send, ports }) => {
      const over = new Line();
      await textOf((await send(request(), SECRET, over)).body);
      await aTurn();

      const sending = send(request(), SECRET, new Line());
      over.hangUp();
      const { body } = await sending;

      assert.equal(await textOf(body), "2");
      assert.equal(new Set(ports).size, 1);
    },
  );

  Deno.test(`the ${name} wire rejects when nobody listens`, async () => {
    const server = serve(() => new Response());
    await server.stop();
    const wire = createWire(server.url);

    await assert.rejects(async () => await wire.send(request(), SECRET, new Line()));
    wire.close();
  });
}

Deno.test("the node wire calls again when a kept connection turns out to be closed", async () => {
  const server = closingServer();
  const wire = createNodeWire(server.url);
  const first = await textOf((await wire.send(request(), SECRET, new Line())).body);
  await aTurn();

  const second = await textOf((await wire.send(request(), SECRET, new Line())).body);

  assert.deepEqual([first, second, server.connections()], ["ok", "ok", 2]);
  wire.close();
  await server.stop();
});

Deno.test("the node wire does not call again for an answer that broke off", async () => {
  const server = rawServer((count) =>
    count === 1
      ? OK
      : "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nno length\r\n"
  );
  const wire = createNodeWire(server.url);
  await textOf((await wire.send(request(), SECRET, new Line())).body);
  await aTurn();

  const { body } = await wire.send(request(), SECRET, new Line());
  await assert.rejects(textOf(body));
  await quiet(() => server.requests());

  assert.equal(server.requests(), 2);
  wire.close();
  await server.stop();
});

Deno.test("the node wire lets go of a connection whose body cannot be unpacked", async () => {
  const server = rawServer(() =>
    "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 900\r\n\r\nno gzip at all"
  );
  const wire = createNodeWire(server.url);

  const { body } = await wire.send(request(), SECRET, new Line());
  await assert.rejects(textOf(body));

  await until(() => server.closed() === 1);
  wire.close();
  await server.stop();
});

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Answers with these bytes, whatever they are, and keeps connections until they are left. */
function rawServer(answer: (count: number) => string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counts = { requests: 0, closed: 0 };
  const converse = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(4_096);
    try {
      while (await connection.read(buffer) !== null) {
        await connection.write(bytesOf(answer(++counts.requests)));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    counts.closed += 1;
    connection.close();
  };
  const serving: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) serving.push(converse(connection));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests: () => counts.requests,
    closed: () => counts.closed,
    async stop() {
      listener.close();
      await Promise.all([accepting, ...serving]);
    },
  };
}

/** Answers the first request of each connection, and closes it at the second. */
function closingServer() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving: Promise<void>[] = [];
  const converse = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(4_096);
    await connection.read(buffer);
    await connection.write(bytesOf("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
    await connection.read(buffer);
    connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) serving.push(converse(connection));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    connections: () => serving.length,
    async stop() {
      listener.close();
      await Promise.all([accepting, ...serving]);
    },
  };
}

interface Counts {
  asked: number;
  sentBytes: number;
  cancelled: number;
}

type Handler = (request: Request, counts: Counts) => Response | Promise<Response>;

interface Wired {
  readonly send: Send;
  readonly counts: Counts;
  /** The client's port of each request. */
  readonly ports: readonly number[];
}

function serve(handler: Handler) {
  const counts: Counts = { asked: 0, sentBytes: 0, cancelled: 0 };
  const ports: number[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (asked, { remoteAddr }) => {
      ports.push((remoteAddr as Deno.NetAddr).port);
      return handler(asked, counts);
    },
  );
  return {
    counts,
    ports,
    url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`,
    stop: () => server.shutdown(),
  };
}

function request({ body = bytesOf("{}") }: { body?: WireRequest["body"] } = {}): WireRequest {
  return {
    method: "POST",
    target: "/v1beta/models",
    headers: [["content-type", "application/json"]],
    body,
  };
}

/** So many bytes, each one more than the one before, modulo a prime. */
function counting(bytes: number, counts?: Counts): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = new Uint8Array(Math.min(16_384, bytes - sent));
      for (let at = 0; at < piece.length; at++) piece[at] = (sent + at) % 251;
      sent += piece.length;
      if (counts) counts.sentBytes = sent;
      controller.enqueue(piece);
      if (sent === bytes) controller.close();
    },
    cancel() {
      if (counts) counts.cancelled += 1;
    },
  });
}

function breaking(beginning: string): ReadableStream<Uint8Array> {
  let begun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!begun) controller.enqueue(bytesOf(beginning));
      else {
        await aTurn();
        controller.error(new Error("broken on purpose"));
      }
      begun = true;
    },
  });
}

async function textOf(body: ChunkReader): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Resolves when a count has stopped growing. */
async function quiet(count: () => number): Promise<void> {
  let last = -1;
  for (let same = 0; same < 50; same++) {
    await aTurn();
    if (count() !== last) same = 0;
    last = count();
  }
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
