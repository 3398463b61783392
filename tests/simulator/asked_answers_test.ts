import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { asking, eventsOf, type Generated, STREAM, textOf } from "./ask.ts";
import { createSimulator, simKey } from "./simulator.ts";

const key = simKey("ok");
const OLD = "gemini-2.5-flash";
const NEW = "gemini-3.8-flash";

const tools = [{ functionDeclarations: [{ name: "weather" }, { name: "now" }] }];
const TWO_CALLS = 'Please\ncall weather {"city":"Oslo","days":[1,2]}\ncall now {}\n';

Deno.test("a prompt with call lines is answered with those calls", async () => {
  const parts = partsOf(await unary(OLD, TWO_CALLS, { tools }));

  deepEqual(parts, [
    { functionCall: { name: "weather", args: { city: "Oslo", days: [1, 2] } } },
    { functionCall: { name: "now", args: {} } },
  ]);
});

Deno.test("from Gemini 3 on calls have ids, and the first one is signed", async () => {
  const [first, second] = partsOf(await unary(NEW, TWO_CALLS, { tools }));

  match(first?.functionCall?.id ?? "", /^\w{8}$/);
  match(second?.functionCall?.id ?? "", /^\w{8}$/);
  ok(first?.functionCall?.id !== second?.functionCall?.id);
  match(first?.thoughtSignature ?? "", /^[A-Za-z0-9+/]+={0,2}$/);
  equal(second?.thoughtSignature, undefined);
});

Deno.test("a stream has one call in each event and stops after the last", async () => {
  const events = await streamed(NEW, TWO_CALLS, { tools });

  deepEqual(
    events.map((event) => partsOf(event).map((part) => part.functionCall?.name)),
    [["weather"], ["now"]],
  );
  deepEqual(events.map(({ candidates }) => candidates[0]?.finishReason), [undefined, "STOP"]);
});

Deno.test("calls that are sent back with their signatures are taken, and their results echoed", async () => {
  const called = await unary(NEW, TWO_CALLS, { tools });
  const results = { functionResponse: { name: "weather", response: { result: "17°" } } };
  const contents = [
    { role: "user", parts: [{ text: TWO_CALLS }] },
    called.candidates[0]!.content,
    { role: "user", parts: [results, results] },
  ];

  const answer = await unary(NEW, "", { contents, tools });

  equal(textOf(answer), 'The tools said: {"result":"17°"}, {"result":"17°"}');
});

Deno.test("without functions, or in mode NONE, call lines are only echoed", async () => {
  const functionCallingConfig = { mode: "NONE" };

  match(textOf(await unary(NEW, TWO_CALLS)), /^You said/);
  match(
    textOf(await unary(NEW, TWO_CALLS, { tools, toolConfig: { functionCallingConfig } })),
    /^You said/,
  );
});

Deno.test("mode ANY calls the first function, or the first that is allowed", async () => {
  const any = { mode: "ANY" };
  const named = { mode: "ANY", allowedFunctionNames: ["now"] };

  const first = await unary(OLD, "hi", { tools, toolConfig: { functionCallingConfig: any } });
  const allowed = await unary(OLD, "hi", { tools, toolConfig: { functionCallingConfig: named } });

  deepEqual(partsOf(first), [{ functionCall: { name: "weather", args: {} } }]);
  deepEqual(partsOf(allowed), [{ functionCall: { name: "now", args: {} } }]);
});

for (
  const generationConfig of [
    { responseMimeType: "application/json" },
    { responseJsonSchema: { type: "object" } },
    { responseSchema: { type: "OBJECT" } },
  ]
) {
  Deno.test(`the answer is the JSON asked for: ${Object.keys(generationConfig)}`, async () => {
    const prompt = 'A value, please:\njson {"dino":"🦕","n":[1,2]}';

    const answer = await unary(OLD, prompt, { generationConfig });
    const events = await streamed(OLD, prompt, { generationConfig });

    equal(textOf(answer), '{"dino":"🦕","n":[1,2]}');
    equal(events.length, 4);
    equal(textOf(...events), textOf(answer));
  });
}

Deno.test("the answer is an empty object when no JSON is asked for, padded to its size", async () => {
  const generationConfig = { responseMimeType: "application/json" };
  const pace = { events: 2, eventBytes: 100 };

  const events = await streamed(OLD, "hi", { generationConfig }, pace);

  deepEqual(JSON.parse(textOf(...events)), {});
  deepEqual(events.map((event) => textOf(event).length), [100, 100]);
});

Deno.test("thoughts that are wanted come first and are counted for themselves", async () => {
  const generationConfig = { thinkingConfig: { includeThoughts: true } };

  const answer = await unary(OLD, "hi", { generationConfig });
  const [first, second, ...others] = await streamed(OLD, "hi", { generationConfig });

  deepEqual(partsOf(answer)[0], { text: "Thinking about it.", thought: true });
  match(partsOf(answer)[1]?.text ?? "", /^You said/);
  deepEqual(partsOf(first), [{ text: "Thinking about it.", thought: true }]);
  equal(first?.usageMetadata.candidatesTokenCount, undefined);
  match(partsOf(second)[0]?.text ?? "", /^You said/);
  equal(others.length, 3);
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount } = answer
    .usageMetadata as Counts;
  ok(thoughtsTokenCount > 0);
  equal(totalTokenCount, promptTokenCount + candidatesTokenCount + thoughtsTokenCount);
  deepEqual(others.at(-1)?.usageMetadata, answer.usageMetadata);
});

Deno.test("a model that does not think tells no thoughts", async () => {
  const generationConfig = { thinkingConfig: { includeThoughts: true } };

  const [first] = partsOf(await unary("gemini-2.0-flash", "hi", { generationConfig }));

  match(first?.text ?? "", /^You said/);
});

Deno.test("every candidate that is wanted says the same under its own index", async () => {
  const { candidates } = await unary(OLD, "hi", { generationConfig: { candidateCount: 2 } });

  deepEqual(candidates.map((candidate) => (candidate as { index?: number }).index), [0, 1]);
  deepEqual(candidates[0]?.content, candidates[1]?.content);
});

Deno.test("a picture is a PNG, with a word before it when text is wanted as well", async () => {
  const model = "gemini-3-pro-image-preview";
  const picturing = (...responseModalities: string[]) =>
    unary(model, "A dot", { generationConfig: { responseModalities } });

  const [picture, ...more] = partsOf(await picturing("IMAGE"));
  const both = partsOf(await picturing("TEXT", "IMAGE"));

  equal(picture?.inlineData?.mimeType, "image/png");
  match(atob(picture?.inlineData?.data ?? ""), /^\x89PNG\r\n.*IEND/s);
  equal(more.length, 0);
  deepEqual(both, [{ text: "Here it is." }, picture]);
});

Deno.test("a sound is PCM of two bytes a sample, in a stream bit by bit", async () => {
  const model = "gemini-3.1-flash-tts-preview";
  const generationConfig = { responseModalities: ["AUDIO"] };

  const [whole] = partsOf(await unary(model, "Say hi", { generationConfig }));
  const events = await streamed(model, "Say hi", { generationConfig });

  equal(whole?.inlineData?.mimeType, "audio/L16;codec=pcm;rate=24000");
  equal(atob(whole?.inlineData?.data ?? "").length, 4 * 48);
  equal(
    events.flatMap(partsOf).map((part) => part.inlineData?.data).join(""),
    whole?.inlineData?.data,
  );
});

Deno.test("an answer of calls can be cut, and then does not come to its end", async () => {
  const cut = simKey("resetMidStream-5");
  const simulator = createSimulator();
  const request = asking({ key: cut, model: NEW, verb: STREAM, body: body(TWO_CALLS, { tools }) });
  const reader = (await simulator.fetch(request)).body!.getReader();

  const { value } = await reader.read();

  match(new TextDecoder().decode(value), /"weather"/);
  await rejects(reader.read(), TypeError);
});

interface Part {
  text?: string;
  functionCall?: { name: string; args: unknown; id?: string };
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
}

interface Counts {
  promptTokenCount: number;
  candidatesTokenCount: number;
  thoughtsTokenCount: number;
  totalTokenCount: number;
}

function partsOf(answer: Generated | undefined): readonly Part[] {
  return answer?.candidates[0]?.content.parts ?? [];
}

function body(prompt: string, more: object): object {
  return { contents: [{ role: "user", parts: [{ text: prompt }] }], ...more };
}

async function unary(model: string, prompt: string, more = {}): Promise<Generated> {
  const request = asking({ key, model, body: body(prompt, more) });
  return await (await createSimulator().fetch(request)).json();
}

async function streamed(
  model: string,
  prompt: string,
  more = {},
  pace = {},
): Promise<Generated[]> {
  const request = asking({ key, model, verb: STREAM, body: body(prompt, more) });
  return await eventsOf(await createSimulator({ pace }).fetch(request));
}
