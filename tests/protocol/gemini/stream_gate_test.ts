import assert from "node:assert/strict";
import fc from "fast-check";
import { type Framing, StreamGate } from "../../../lib/protocol/gemini/stream_gate.ts";
import { seededRandom } from "../../support/builders.ts";
import {
  bytes,
  cutAtRandom,
  cutEverywhere,
  eventsIn,
  recordedStreams,
  text,
  variantsOf,
  type Written,
} from "./streams.ts";

const OUR_ERROR = '{"error":{"code":502,"message":"cut","status":"UNAVAILABLE"}}';
const THEIRS = {
  error: {
    code: 503,
    message: "overloaded; Consumer 'api_key:AIzaSy-a-secret'",
    status: "UNAVAILABLE",
  },
};
const ANSWER = { candidates: [{ content: { parts: [{ text: 'a "{[\\' }] } }] };
const LAST = { candidates: [{ finishReason: "STOP" }], usageMetadata: { totalTokenCount: 7 } };

/** What a stream came to behind the gate. */
function through(framing: Framing, pieces: readonly Uint8Array[]) {
  const gate = new StreamGate(framing);
  const passed = text([...pieces.map((piece) => gate.push(piece).slice()), gate.end().slice()]);
  const { error, errorComplete, answers, finished, usage, between } = gate;
  const lastWord = gate.lastWord(OUR_ERROR);
  return {
    passed,
    error,
    errorComplete,
    answers,
    finished,
    usage,
    between,
    lastWord: lastWord && text([lastWord]),
  };
}

/** A stream that ends with an error of Google's, and how many answers stand before. */
interface Broken extends Written {
  readonly goodAnswers: number;
}

/** Errors as Google writes them into a stream that has begun. */
function withErrors({ name, framing, text }: Written): readonly Broken[] {
  const goodAnswers = everyAnswer(framing, `${text}\n\n`).length;
  const pretty = JSON.stringify(THEIRS, null, 2);
  const short = JSON.stringify(THEIRS);
  const answers = framing === "sse" ? text : text.replace(/\]\s*$/, "");
  const forms = framing === "sse"
    ? [`data: ${short}\r\n\r\n`, `data:${short}\n\n`, `${pretty}\n`, `\r\n${short}`]
    : [`,\r\n${pretty}\n]`, `,${short}]`, `${pretty}\n`, `\n,\n${short}`];
  return forms.flatMap((form, n) => [
    { name: `${name} and error ${n}`, framing, text: answers + form, goodAnswers },
    {
      name: `error ${n} after ${name}, with CR`,
      framing,
      text: answers + form.replaceAll(/\r?\n/g, "\r"),
      goodAnswers,
    },
  ]);
}

const GOOD = recordedStreams().flatMap(variantsOf);
const BAD = recordedStreams().flatMap(withErrors);

Deno.test("StreamGate passes every recorded stream as it is, however it is written and cut", () => {
  const random = seededRandom(1);
  for (const { name, framing, text } of GOOD) {
    for (const pieces of [[bytes(text)], cutEverywhere(bytes(text))]) {
      assert.equal(through(framing, pieces).passed, text, name);
    }
  }
  for (let n = 0; n < 1_000; n++) {
    const { name, framing, text } = GOOD[n % GOOD.length]!;
    const { passed, error, finished, answers } = through(framing, cutAtRandom(bytes(text), random));
    assert.equal(passed, text, name);
    assert.equal(error, null, name);
    assert.ok(finished, name);
    assert.ok(answers > 0, name);
  }
});

Deno.test("StreamGate comes to the same, wherever a stream is cut", () => {
  const random = seededRandom(2);
  const all = [...GOOD, ...BAD];
  for (let n = 0; n < 1_000; n++) {
    const { name, framing, text } = all[n % all.length]!;
    assert.deepEqual(
      through(framing, cutAtRandom(bytes(text), random)),
      through(framing, [bytes(text)]),
      name,
    );
  }
  for (const { name, framing, text } of all) {
    assert.deepEqual(
      through(framing, cutEverywhere(bytes(text))),
      through(framing, [bytes(text)]),
      name,
    );
  }
});

Deno.test("StreamGate counts answers and usage as a parser does", () => {
  for (const { name, framing, text } of recordedStreams()) {
    const events = everyAnswer(framing, `${text}\n\n`);
    const counted = events.findLast((event) => event.usageMetadata);

    const { answers, usage } = through(framing, cutEverywhere(bytes(text)));

    assert.equal(answers, events.length, name);
    assert.equal(usage?.total ?? 0, counted?.usageMetadata?.totalTokenCount ?? 0, name);
  }
});

Deno.test("StreamGate holds back every error of Google's whole, wherever it is cut", () => {
  for (const { name, framing, text } of BAD) {
    for (const pieces of [[bytes(text)], cutEverywhere(bytes(text))]) {
      const { passed, error, errorComplete } = through(framing, pieces);

      assert.deepEqual(JSON.parse(error ?? "null"), THEIRS, name);
      assert.ok(errorComplete, name);
      assert.ok(text.startsWith(passed), name);
      assert.doesNotMatch(passed, /error|overloaded|AIza/, name);
    }
  }
});

Deno.test("StreamGate.lastWord() in place of an error leaves a stream that a parser can read", () => {
  for (const { name, framing, text, goodAnswers } of BAD) {
    const { passed, lastWord } = through(framing, cutEverywhere(bytes(text)));

    const events = everyAnswer(framing, passed + lastWord);

    assert.deepEqual(events.at(-1), JSON.parse(OUR_ERROR), name);
    assert.equal(events.length, goodAnswers + 1, name);
  }
});

/** Every answer of a stream, as a client's parser reads it. */
function everyAnswer(
  framing: Framing,
  stream: string,
): readonly { usageMetadata?: { totalTokenCount?: number } }[] {
  if (framing === "array") return JSON.parse(stream.replace(/^\uFEFF/, ""));
  return eventsIn(stream).map((event) => JSON.parse(event));
}

Deno.test("StreamGate.lastWord() can be written wherever a stream breaks off between two answers, and nowhere else", () => {
  const sse = [ANSWER, ANSWER, LAST].map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join(
    "",
  );
  const array = `[${
    [ANSWER, ANSWER, LAST].map((each) => JSON.stringify(each, null, 2)).join("\n,\r\n")
  }\n]`;
  for (
    const [framing, whole] of [["sse", sse], ["sse", sse.replaceAll("\r\n", "\n")], [
      "array",
      array,
    ]] as const
  ) {
    for (let cut = 0; cut <= whole.length; cut++) {
      const came = whole.slice(0, cut);
      const gate = new StreamGate(framing);
      const passed = text(cutEverywhere(bytes(came)).map((piece) => gate.push(piece).slice()));
      const lastWord = gate.lastWord(OUR_ERROR);
      const where = `${framing} cut at ${cut}: ${JSON.stringify(came.slice(-30))}`;

      assert.ok(came.startsWith(passed), where);
      if (lastWord === null) {
        const isOver = framing === "array" && cut === whole.length;
        assert.ok(isOver || isInsideAnswer(passed), where);
      } else {
        const events = everyAnswer(framing, passed + text([lastWord]));
        assert.deepEqual(events.at(-1), JSON.parse(OUR_ERROR), where);
        assert.equal(events.length, gate.answers + 1, where);
      }
    }
  }
});

/** Whether some of an answer has passed, but not all of it. */
function isInsideAnswer(passed: string): boolean {
  const begun = Math.max(passed.lastIndexOf("data: "), passed.lastIndexOf("\n,\r\n"), 0);
  const answer = passed.slice(begun).replace(/^data: |^\n,\r\n|^\[/, "");
  return answer.includes("{") && !canParse(answer);
}

function canParse(json: string): boolean {
  try {
    return Boolean(JSON.parse(json));
  } catch {
    // It is not JSON: that is the answer.
    return false;
  }
}

Deno.test("StreamGate passes the beginning of an answer before its end has come", () => {
  const gate = new StreamGate("sse");

  assert.equal(text([gate.push(bytes('data: {"candidates"'))]), 'data: {"candidates"');
  assert.equal(text([gate.push(bytes(': ["a'))]), ': ["a');
});

Deno.test("StreamGate is not deceived by a text that looks like an error", () => {
  const said = {
    candidates: [{ content: { parts: [{ text: '\r\n\r\ndata: {"error":{"code":503}}' }] } }],
  };
  const stream = `data: ${JSON.stringify(said)}\r\n\r\ndata: ${
    JSON.stringify({ error_: 1, ...LAST })
  }\r\n\r\n`;

  const { passed, error, answers } = through("sse", cutEverywhere(bytes(stream)));

  assert.equal(passed, stream);
  assert.equal(error, null);
  assert.equal(answers, 2);
});

Deno.test("StreamGate takes a name at the end of a function's arguments for no ending and no usage", () => {
  const call = {
    functionCall: {
      name: "f",
      args: { finishReason: "x", usageMetadata: { totalTokenCount: 99 } },
    },
  };
  const stream = `data: ${
    JSON.stringify({ candidates: [{ content: { parts: [call] } }] })
  }\r\n\r\n`;

  const { finished, usage } = through("sse", [bytes(stream)]);

  assert.equal(finished, false);
  assert.equal(usage, null);
});

Deno.test("StreamGate does not keep an error that never ends", () => {
  const gate = new StreamGate("sse");
  gate.push(bytes('data: {"error": {"message": "'));
  for (let n = 0; n < 1_000; n++) gate.push(bytes("x".repeat(1_000)));

  assert.ok((gate.error?.length ?? 0) <= 262_144);
  assert.equal(gate.errorComplete, false);
});

const TOKENS = fc.array(
  fc.constantFrom(
    ...[
      "{",
      "}",
      "[",
      "]",
      '"',
      ":",
      ",",
      "\\",
      " ",
      "\r\n",
      "\n",
      "\r",
      "data: ",
      "1",
      "null",
      "é",
      "\uFEFF",
    ],
    ...[
      '"error"',
      '"error":{',
      '{"error":',
      '"usageMetadata":',
      '"usageMetadata":{"totalTokenCount":3}',
    ],
    ...[
      '"finishReason":"STOP"',
      '{"candidates":[]}',
      `${JSON.stringify(LAST)}`,
      ": ping\n\n",
      ",\r\n",
    ],
  ),
  { maxLength: 30 },
).map((tokens) => tokens.join(""));

Deno.test("StreamGate passes what came in and nothing else, and comes to the same however it is cut, on any input", () => {
  fc.assert(
    fc.property(
      fc.oneof(TOKENS.map(bytes), fc.uint8Array({ maxLength: 60 })),
      fc.constantFrom<Framing>("sse", "array"),
      fc.integer(),
      (input, framing, seed) => {
        const whole = through(framing, [input]);
        const inPieces = through(framing, cutAtRandom(input, seededRandom(seed)));
        const all = text([input]);

        assert.deepEqual(inPieces, whole);
        assert.deepEqual(through(framing, cutEverywhere(input)), whole);
        if (whole.error === null) assert.equal(whole.passed, all);
        else assert.ok(all.startsWith(whole.passed));
      },
    ),
    { numRuns: 2_000 },
  );
});
