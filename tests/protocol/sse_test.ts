import assert from "node:assert/strict";
import { SseReader } from "../../lib/protocol/sse.ts";

const encoder = new TextEncoder();

function read(...pieces: readonly (string | Uint8Array)[]): string[] {
  const reader = new SseReader();
  const events = pieces.flatMap((piece) =>
    reader.push(typeof piece === "string" ? encoder.encode(piece) : piece)
  );
  return [...events, ...reader.end()];
}

for (const [name, end] of [["LF", "\n"], ["CR", "\r"], ["CRLF", "\r\n"]] as const) {
  Deno.test(`7.13 SseReader reads lines that end in ${name}`, () => {
    assert.deepEqual(read(["data: 1", "", "data: 2", "data: 3", "", ""].join(end)), ["1", "2\n3"]);
  });

  Deno.test(`7.13 SseReader does not wait for what may follow a ${name}`, () => {
    const events = new SseReader().push(encoder.encode(`data: 1${end}${end}`));

    assert.deepEqual(events, ["1"]);
  });
}

Deno.test("7.13 SseReader reads a stream whose lines end each in another way", () => {
  assert.deepEqual(read("data: 1\r\ndata: 2\rdata: 3\n\rdata: 4\r\r\ndata: 5\n\r\n"), [
    "1\n2\n3",
    "4",
    "5",
  ]);
});

Deno.test("7.13 SseReader takes CR and LF in two pieces for the end of one line", () => {
  assert.deepEqual(read("data: 1\r", "\ndata: 2\r", "", "\n\r", "\ndata: 3"), ["1\n2", "3"]);
});

Deno.test("7.13 SseReader takes an LF for a line of its own when the CR before it ended one", () => {
  assert.deepEqual(read("data: 1\r\n", "\ndata: 2"), ["1", "2"]);
});

Deno.test("7.13 SseReader joins the lines of an event, empty ones too", () => {
  assert.deepEqual(read("data: {\ndata:\ndata: }\n\n"), ["{\n\n}"]);
});

Deno.test("7.13 SseReader passes over comments and other fields", () => {
  const stream =
    ": ping\n\nevent: error\nid: 7\nretry: 10\ndata: 1\n:data: x\ndatum: 2\n Data: 3\n\n";

  assert.deepEqual(read(stream), ["1"]);
});

Deno.test("7.13 SseReader takes off one space, and no more", () => {
  assert.deepEqual(read("data:1\n\ndata: 2\n\ndata:  3 \n\ndata:\t4\n\n"), [
    "1",
    "2",
    " 3 ",
    "\t4",
  ]);
});

Deno.test("7.13 SseReader takes a name without a colon for an empty value", () => {
  assert.deepEqual(read("data\n\ndata\ndata\n\n"), ["", "\n"]);
});

Deno.test("7.13 SseReader leaves a value alone that has colons in it", () => {
  assert.deepEqual(read('data: {"a":"data: b"}\n\n'), ['{"a":"data: b"}']);
});

Deno.test("7.13 SseReader finds no event where none has data", () => {
  assert.deepEqual(read("\n\n\r\r: only\n\nevent: ping\n\n"), []);
  assert.deepEqual(read(), []);
});

for (const end of ["", "\n", "\r", "\r\n", "\r\n\r"]) {
  Deno.test(`7.13 SseReader gives the last event of a stream that ends in ${JSON.stringify(end)}`, () => {
    assert.deepEqual(read(`data: 1\n\ndata: 2${end}`), ["1", "2"]);
  });
}

Deno.test("7.13 SseReader passes over a byte order mark at the beginning, and only there", () => {
  assert.deepEqual(read("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\ndata: \uFEFF3\n\n"), ["1", "\uFEFF3"]);
});

Deno.test("7.13 SseReader puts a byte order mark together", () => {
  assert.deepEqual(read(Uint8Array.of(0xef), Uint8Array.of(0xbb), Uint8Array.of(0xbf), "data: 1"), [
    "1",
  ]);
});

Deno.test("7.13 SseReader hands NUL on as it is", () => {
  assert.deepEqual(read("data: a\0b\n\n"), ["a\0b"]);
});

Deno.test("7.13 SseReader takes U+2028 and other breaks for text", () => {
  assert.deepEqual(read("data: a\u2028b\u0085c\fd\n\n"), ["a\u2028b\u0085c\fd"]);
});

Deno.test("7.13 SseReader replaces bytes that are no UTF-8, and reads on", () => {
  const broken = Uint8Array.of(...encoder.encode("data: a"), 0xff, ...encoder.encode("b\n\n"));

  assert.deepEqual(read(broken, "data: 2\n\n"), ["a\uFFFDb", "2"]);
});

Deno.test("7.13 SseReader gives an event that ends inside a character", () => {
  const euro = encoder.encode("data: 1€");

  assert.deepEqual(read(euro.subarray(0, -1)), ["1\uFFFD"]);
});

const MAX = 16;
const line = (characters: number) => "data:".padEnd(characters, "x");

const cuts: [string, (text: string) => string[]][] = [
  ["in one piece", (text) => [text]],
  ["in many pieces", (text) => [...text]],
  ["in two pieces", (text) => [text.slice(0, 7), text.slice(7)]],
];

for (const [how, cut] of cuts) {
  const push = (text: string) => {
    const reader = new SseReader({ maxLineCharacters: MAX });
    return cut(text).flatMap((piece) => reader.push(encoder.encode(piece)));
  };

  Deno.test(`SseReader takes a line of the longest size ${how}`, () => {
    assert.deepEqual(push(`${line(MAX)}\n\n`), ["x".repeat(MAX - 5)]);
  });

  Deno.test(`SseReader refuses a longer line ${how}, ended or not`, () => {
    assert.throws(() => push(`${line(MAX + 1)}\n\n`), RangeError);
    assert.throws(() => push(line(MAX + 1)), RangeError);
  });

  Deno.test(`SseReader counts every line by itself ${how}`, () => {
    assert.equal(push(`${line(MAX)}\n\n`.repeat(3)).length, 3);
  });

  Deno.test(`SseReader refuses an event of endless lines ${how}`, () => {
    assert.throws(() => push("data: 1\n".repeat(MAX)), RangeError);
  });
}

Deno.test("SseReader reads a line of 4 MB that comes in pieces of 1 KB", () => {
  const reader = new SseReader();
  const piece = new Uint8Array(1024).fill(0x78);
  reader.push(encoder.encode("data:"));
  for (let count = 0; count < 4096; count++) reader.push(piece);

  const [event] = reader.end();

  assert.equal(event?.length, 4 * 1024 * 1024);
});
