import {
  deepStrictEqual as deepEqual,
  match,
  notStrictEqual as notEqual,
  ok,
  strictEqual as equal,
} from "node:assert";
import { type Recorded, recordedAnswers, recordedExchanges, sseOf } from "./recorded.ts";
import { sseData } from "./sse_events.ts";

const FOLDER = new URL("../fixtures/recorded/", import.meta.url);
const ANSWERS = recordedAnswers();

Deno.test("the index of the recordings lists every file that is there, and no other", async () => {
  const entries: { file: string; request: string | null }[] = JSON.parse(
    await Deno.readTextFile(new URL("index.json", FOLDER)),
  );
  const listed = entries.flatMap(({ file, request }) =>
    request === null ? [file] : [file, request]
  );

  const found = await Array.fromAsync(filesBelow(""));

  deepEqual(
    listed.sort(),
    found.filter((path) => !/^(?:index\.json$|licenses\/)/.test(path)).sort(),
  );
});

Deno.test("recordedAnswers() has every kind of answer in every format", () => {
  const kinds = new Set(
    ANSWERS.map(({ kind, format, status }) => `${kind} ${format} ${status === 200}`),
  );

  deepEqual([...kinds].sort(), [
    "stream array true",
    "stream json false",
    "stream sse true",
    "unary json false",
    "unary json true",
  ]);
});

Deno.test("recordedAnswers() gives candidates or prompt feedback in every response", () => {
  const without = served(ANSWERS).filter(({ responses }) =>
    !responses.every((response) => has(response, "candidates") || has(response, "promptFeedback"))
  );

  deepEqual(without.map(({ name }) => name), []);
});

Deno.test("recordedAnswers() gives the error object of every refusal", () => {
  const refusals = ANSWERS.filter(({ status }) => status !== 200);

  equal(refusals.length, 19);
  ok(refusals.every(({ responses }) => responses.length === 1 && has(responses[0], "error")));
});

Deno.test("recordedAnswers() gives what was asked, where it was recorded", () => {
  const requests = ANSWERS.map(({ request }) => request).filter((request) => request !== null);

  equal(requests.length, 195);
  ok(requests.every((request) => has(request, "contents")));
});

Deno.test("recordedAnswers() gives the bytes as they are in the folder", async () => {
  const [answer] = ANSWERS.filter(({ format }) => format === "sse");
  const file = await Deno.readFile(new URL(answer?.name ?? "", FOLDER));

  deepEqual(answer?.bytes, file);
  equal(answer?.text, new TextDecoder().decode(file));
});

Deno.test("recordedAnswers() reads anew, so that a test may change what it got", () => {
  notEqual(recordedAnswers()[0]?.responses[0], ANSWERS[0]?.responses[0]);
});

for (
  const [operation, count, field] of [
    ["embed-batch", 6, "embeddings"],
    ["models-list", 1, "models"],
    ["openai-compat-chat", 2, "choices"],
  ] as const
) {
  Deno.test(`recordedExchanges() has the answers to ${operation}`, () => {
    const exchanges = recordedExchanges(operation);

    equal(exchanges.length, count);
    ok(exchanges.every(({ responses }) => has(responses[0], field)));
  });
}

Deno.test("sseOf() frames every recording as events that carry its responses", () => {
  for (const recorded of ANSWERS) {
    const events = sseData(new TextDecoder().decode(sseOf(recorded)));

    deepEqual(events.map((data) => JSON.parse(data)), recorded.responses, recorded.name);
  }
});

Deno.test("sseOf() ends every line with CRLF", () => {
  const others = ANSWERS.filter((recorded) =>
    /(?<!\r)\n/.test(new TextDecoder().decode(sseOf(recorded)))
  );

  deepEqual(others.map(({ name }) => name), []);
});

Deno.test("sseOf() leaves the bytes of a stream that came so", () => {
  const [stream] = ANSWERS.filter(({ format, text }) => format === "sse" && text.includes("\r\n"));

  deepEqual(stream && sseOf(stream), stream?.bytes);
  match(stream?.text ?? "", /^data: \{/);
});

function served(answers: readonly Recorded[]): readonly Recorded[] {
  return answers.filter(({ status }) => status === 200);
}

function has(value: unknown, field: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field);
}

async function* filesBelow(path: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(path, FOLDER))) {
    if (isDirectory) yield* filesBelow(`${path}${name}/`);
    else yield `${path}${name}`;
  }
}
