import { strictEqual as equal, throws } from "node:assert";
import { ResponseReader } from "../../../tools/bench/response_reader.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const WITH_LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
  "5\r\nhello\r\nA;note=1\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n";

Deno.test("ResponseReader reads a body of announced length", () => {
  const reader = new ResponseReader();

  reader.push(bytes(WITH_LENGTH));

  equal(reader.status, 200);
  equal(reader.bodyBytes, 5);
  equal(reader.complete, true);
});

Deno.test("ResponseReader counts the data of chunks, not their framing", () => {
  const reader = new ResponseReader();

  reader.push(bytes(CHUNKED));

  equal(reader.bodyBytes, 15);
  equal(reader.complete, true);
});

Deno.test("ResponseReader does not care where the bytes are cut", () => {
  for (const response of [WITH_LENGTH, CHUNKED]) {
    const whole = bytes(response);
    for (let at = 0; at <= whole.length; at++) {
      const reader = new ResponseReader();

      reader.push(whole.subarray(0, at));
      equal(reader.complete, at === whole.length);
      reader.push(whole.subarray(at));

      equal(reader.complete, true);
      equal(reader.bodyBytes, response === CHUNKED ? 15 : 5);
    }
  }
});

Deno.test("ResponseReader reads one byte at a time", () => {
  const reader = new ResponseReader();

  for (const byte of bytes(CHUNKED)) reader.push(Uint8Array.of(byte));

  equal(reader.complete, true);
  equal(reader.bodyBytes, 15);
});

Deno.test("ResponseReader reads the next response on the same connection", () => {
  const reader = new ResponseReader();

  reader.push(bytes(CHUNKED));
  reader.next();
  equal(reader.complete, false);
  reader.push(
    bytes("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nConnection: close\r\n\r\n"),
  );

  equal(reader.status, 503);
  equal(reader.bodyBytes, 0);
  equal(reader.complete, true);
  equal(reader.closes, true);
});

for (
  const [what, response] of [
    ["what is no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["a body without a length", "HTTP/1.1 200 OK\r\n\r\nhello"],
    ["more than one response", `${WITH_LENGTH}H`],
    ["a chunk without a size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n"],
    ["a chunk that goes on", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nhello\r\n"],
  ] as const
) {
  Deno.test(`ResponseReader refuses ${what}`, () => {
    throws(() => new ResponseReader().push(bytes(response)), SyntaxError);
  });
}
