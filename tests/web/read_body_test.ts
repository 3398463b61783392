import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../lib/domain/errors.ts";
import { Deadlines } from "../../lib/domain/deadlines.ts";
import { readBody } from "../../lib/web/read_body.ts";
import { SweepClock } from "../support/sweep_clock.ts";

const TOO_SLOW = { code: "request_timeout", message: /^Cannot wait for the body/ };
const KIB = 1_024;

/** A body that arrives when the test says so. */
class HandBody {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  isCancelled = false;
  readonly request: Request;

  constructor(headers: Record<string, string> = {}) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.isCancelled = true),
    });
    this.request = new Request("http://rotator.example/", { method: "POST", headers, body });
  }

  /** Lets bytes arrive, and the reader take them. */
  async arrive(size: number): Promise<void> {
    this.#controller.enqueue(new Uint8Array(size));
    await settled();
  }

  end(): void {
    this.#controller.close();
  }

  breakOff(): void {
    this.#controller.error(new Error("connection reset"));
  }
}

/** Resolves after everything that waits on resolved promises has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request("http://rotator.example/", { method: "POST", body, headers });
}

Deno.test("readBody() returns the bytes that were sent", async () => {
  const sent = new TextEncoder().encode("caf\u00e9");

  assert.deepEqual(await readBody(post(sent), { maxBytes: 10 }), sent);
  assert.deepEqual(await readBody(post(sent, { "content-length": "5" }), { maxBytes: 10 }), sent);
});

Deno.test("readBody() returns nothing when nothing was sent", async () => {
  const get = new Request("http://rotator.example/");

  assert.equal((await readBody(get, { maxBytes: 0 })).byteLength, 0);
  assert.equal((await readBody(post(""), { maxBytes: 0 })).byteLength, 0);
});

Deno.test("readBody() takes a body of exactly maxBytes, and not one byte more", async () => {
  for (const headers of [{}, { "content-length": "1" }]) {
    const exact = await readBody(post(new Uint8Array(100), headers), { maxBytes: 100 });
    assert.equal(exact.byteLength, 100);

    await assert.rejects(readBody(post(new Uint8Array(101), headers), { maxBytes: 100 }), {
      code: "too_large",
      message: "Cannot take the body: it has more than 100 bytes",
    });
  }
});

Deno.test("readBody() refuses an announced length that is too large without reading", async () => {
  const body = new HandBody({ "content-length": "101" });

  await assert.rejects(readBody(body.request, { maxBytes: 100 }), { code: "too_large" });
  assert.equal(body.request.bodyUsed, false);
});

Deno.test("readBody() stops reading once a body without a length is too large", async () => {
  const body = new HandBody();
  const refusal = assert.rejects(readBody(body.request, { maxBytes: 100 }), { code: "too_large" });

  await body.arrive(60);
  await body.arrive(60);

  await refusal;
  assert.equal(body.isCancelled, true);
});

Deno.test("readBody() never announces more than was sent, whatever the length says", async () => {
  for (const length of ["1000000", "3", "0", "-1", "x", "1e3", " ", "5, 5"]) {
    const bytes = await readBody(post("hello", { "content-length": length }), { maxBytes: 1e6 });

    assert.equal(new TextDecoder().decode(bytes), "hello", length);
  }
});

for (const encoding of ["gzip", "br", "identity, gzip", "x"]) {
  Deno.test(`readBody() refuses a body that is sent as ${encoding}`, async () => {
    await assert.rejects(
      readBody(post("hello", { "content-encoding": encoding }), { maxBytes: 10 }),
      {
        code: "invalid_request",
        message: "Cannot read the body: send it without content-encoding",
      },
    );
  });
}

Deno.test("readBody() takes a body that is sent as Identity", async () => {
  const request = post("hello", { "content-encoding": "Identity" });

  assert.equal((await readBody(request, { maxBytes: 10 })).byteLength, 5);
});

for (const headers of [{}, { "content-length": "100" }]) {
  const kind = "content-length" in headers ? "an announced" : "an unannounced";

  Deno.test(`readBody() gives up on ${kind} body of which nothing comes`, async () => {
    const clock = new SweepClock();
    const body = new HandBody(headers);
    const reading = readBody(body.request, { maxBytes: 100, deadlines: clock.deadlines });
    assert.equal(clock.isTicking, true);

    clock.pass(6_000);

    await assert.rejects(reading, TOO_SLOW);
    assert.equal(clock.isTicking, false);
  });

  Deno.test(`readBody() waits out the grace for ${kind} body`, async () => {
    const clock = new SweepClock();
    const body = new HandBody(headers);
    const reading = readBody(body.request, { maxBytes: 100, deadlines: clock.deadlines });

    clock.pass(4_999);
    await body.arrive(100);
    body.end();

    assert.equal((await reading).byteLength, 100);
    assert.equal(clock.isTicking, false);
  });

  Deno.test(`readBody() says so when ${kind} body breaks off`, async () => {
    const clock = new SweepClock();
    const body = new HandBody(headers);
    const reading = readBody(body.request, { maxBytes: 100, deadlines: clock.deadlines });

    await body.arrive(10);
    body.breakOff();

    await assert.rejects(reading, (error) => {
      assert.ok(error instanceof RotatorError && error.cause instanceof Error);
      assert.equal(error.code, "invalid_request");
      assert.equal(error.message, "Cannot read the body: it broke off");
      return true;
    });
    assert.equal(clock.isTicking, false);
  });
}

Deno.test("readBody() waits as long as a body keeps the pace, and no longer", async () => {
  const clock = new SweepClock();
  const body = new HandBody();
  const reading = readBody(body.request, { maxBytes: 1e6, deadlines: clock.deadlines });

  for (let second = 0; second < 20; second++) {
    await body.arrive(KIB);
    clock.pass(1_000);
  }
  assert.equal(body.isCancelled, false);
  clock.pass(5_000);

  await assert.rejects(reading, TOO_SLOW);
  assert.equal(body.isCancelled, true);
});

Deno.test("readBody() gives up on a trickle after the grace", async () => {
  const clock = new SweepClock();
  const body = new HandBody();
  const reading = readBody(body.request, { maxBytes: 1e6, deadlines: clock.deadlines });

  for (let second = 0; second < 5; second++) {
    await body.arrive(1);
    clock.pass(1_000);
  }
  assert.equal(body.isCancelled, false);
  clock.pass(1_000);

  await assert.rejects(reading, TOO_SLOW);
});

Deno.test("readBody() gives up after 60 s, however fast the body comes", async () => {
  const clock = new SweepClock();
  const body = new HandBody();
  const reading = readBody(body.request, { maxBytes: 1e9, deadlines: clock.deadlines });

  await body.arrive(1_000 * KIB);
  clock.pass(59_999);
  assert.equal(body.isCancelled, false);
  clock.pass(1);

  await assert.rejects(reading, TOO_SLOW);
});

Deno.test("readBody() allows an announced body the time its length takes at the least pace", async () => {
  const clock = new SweepClock();
  const limits = { maxBytes: 1e6, deadlines: clock.deadlines };
  const inTime = new HandBody({ "content-length": String(10 * KIB) });
  const late = new HandBody({ "content-length": String(10 * KIB) });
  const readings = [readBody(inTime.request, limits), readBody(late.request, limits)] as const;

  clock.pass(14_999);
  await inTime.arrive(10 * KIB);
  inTime.end();
  assert.equal((await readings[0]).byteLength, 10 * KIB);
  clock.pass(1);

  await assert.rejects(readings[1], TOO_SLOW);
});

Deno.test("readBody() takes its limits of time as options", async () => {
  const clock = new SweepClock();
  const body = new HandBody();
  const limits = { maxBytes: 1e6, timeoutMs: 300, graceMs: 100, minBytesPerSecond: 10 };
  const reading = readBody(body.request, { ...limits, deadlines: clock.deadlines });

  await body.arrive(1);
  clock.pass(199);
  assert.equal(body.isCancelled, false);
  clock.pass(1);

  await assert.rejects(reading, TOO_SLOW);
});

Deno.test("readBody() judges each of many bodies by itself", async () => {
  const clock = new SweepClock();
  const limits = { maxBytes: 100, deadlines: clock.deadlines };
  const slow = new HandBody();
  const slowReading = readBody(slow.request, limits);
  clock.pass(3_000);
  const quick = new HandBody();
  const quickReading = readBody(quick.request, limits);

  clock.pass(2_000);
  await assert.rejects(slowReading, TOO_SLOW);
  await quick.arrive(7);
  quick.end();

  assert.equal((await quickReading).byteLength, 7);
});

Deno.test("readBody() joins any chunks, or says that they are too many bytes", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  const lengths = fc.constantFrom(undefined, "0", "1", "7", "100", "1048577", "junk");
  let tooLarge = 0;
  await fc.assert(
    fc.asyncProperty(chunks, lengths, fc.nat(300), async (parts, length, maxBytes) => {
      const sent = new Uint8Array(await new Blob(parts).arrayBuffer());
      const request = post(
        ReadableStream.from(parts),
        length === undefined ? {} : { "content-length": length },
      );
      const isTooLarge = sent.byteLength > maxBytes || Number(length ?? 0) > maxBytes;

      if (isTooLarge) {
        tooLarge++;
        await assert.rejects(readBody(request, { maxBytes }), { code: "too_large" });
      } else {
        assert.deepEqual(await readBody(request, { maxBytes }), sent);
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(tooLarge > 100 && tooLarge < 900, `${tooLarge} too large`);
});

Deno.test("readBody() returns bytes that pin no more memory than they have", async () => {
  const bytes = await readBody(post(ReadableStream.from([new Uint8Array(3)])), { maxBytes: 10 });

  assert.equal(bytes.buffer.byteLength, 3);
});

/** Sends the parts to a server that answers with what readBody() makes of them. */
async function overTheWire(parts: readonly string[], hurry: boolean): Promise<string> {
  const deadlines = new Deadlines({ sweepMs: 5 });
  const pace = hurry ? { graceMs: 20, minBytesPerSecond: 1e6, deadlines } : {};
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    try {
      return new Response(
        `${(await readBody(request, { maxBytes: 200_000, ...pace })).length} bytes`,
      );
    } catch (error) {
      assert.ok(error instanceof RotatorError);
      return new Response(error.code, { status: 400 });
    }
  });
  try {
    using connection = await Deno.connect({ port: server.addr.port, hostname: "127.0.0.1" });
    for (const part of parts) {
      const bytes = new TextEncoder().encode(part);
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    }
    const buffer = new Uint8Array(4_096);
    const size = await connection.read(buffer);
    return new TextDecoder().decode(buffer.subarray(0, size ?? 0)).split("\r\n\r\n")[1] ?? "";
  } finally {
    await server.shutdown();
  }
}

const START = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
const ONE_BYTE_CHUNKS = "1\r\nx\r\n".repeat(20_000) + "0\r\n\r\n";
const LARGE_CHUNKS = `ffff\r\n${"x".repeat(65_535)}\r\n`.repeat(4) + "0\r\n\r\n";

for (
  const [what, parts, answer] of [
    ["an announced body", ["Content-Length: 5\r\n\r\n", "hel", "lo"], "5 bytes"],
    ["chunks", [CHUNKED, "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"], "5 bytes"],
    ["no body", ["\r\n"], "0 bytes"],
    ["20000 chunks of one byte", [CHUNKED, ONE_BYTE_CHUNKS], "20000 bytes"],
    ["too large a length", ["Content-Length: 200001\r\n\r\nhel"], "too_large"],
    ["too many chunks", [CHUNKED, LARGE_CHUNKS], "too_large"],
    ["half an announced body", ["Content-Length: 5\r\n\r\nhel"], "request_timeout"],
    ["half a chunked body", [CHUNKED, "3\r\nhel\r\n"], "request_timeout"],
  ] as const
) {
  Deno.test({
    name: `a server that reads by readBody() answers ${what} with ${answer}, and holds nothing`,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: async () => {
      const hurry = answer === "request_timeout";
      assert.equal(await overTheWire([START, ...parts], hurry), answer);
    },
  });
}
