import {
  deepStrictEqual as deepEqual,
  match,
  ok,
  rejects,
  strictEqual as equal,
} from "node:assert";
import { RotatorError } from "../../../lib/domain/errors.ts";
import type { Relayed } from "../../../lib/protocol/gemini/exchange.ts";
import { parseGoogleError } from "../../../lib/protocol/gemini/google_error.ts";
import { googleError } from "../../support/bodies.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { CREATED, more, said } from "./answers.ts";
import { aCall, aTool, OLDEST } from "./chats.ts";
import { asStream, exchangeOf, inOnePiece, jsonOf, sentIn, textOf } from "./exchanges.ts";

const STREAMED = { stream: true };
const WITH_TOOL = {
  tools: [aTool("look", { type: "object", properties: { at: { type: "string" } } })],
};
const CALL = { functionCall: { id: "a1b2c3d4", name: "look", args: {} }, thoughtSignature: "c2ln" };
const WITH_HISTORY = {
  ...WITH_TOOL,
  messages: [
    { role: "user", content: "hi" },
    {
      role: "assistant",
      tool_calls: [{
        ...aCall("a1b2c3d4", "look"),
        extra_content: { google: { thought_signature: "c2ln" } },
      }],
    },
    { role: "tool", tool_call_id: "a1b2c3d4", content: "{}" },
  ],
};

for (
  const [what, response] of [
    ["nothing", {}],
    ["only STOP", said([])],
    ["a call that it could not say", said([], { finishReason: "MALFORMED_FUNCTION_CALL" })],
  ] as const
) {
  for (
    const [how, fields, answer] of [
      ["in one piece", {}, inOnePiece],
      ["as a stream", STREAMED, asStream],
    ] as const
  ) {
    Deno.test(`7.11 an answer ${how} that says ${what} is asked for again`, async () => {
      const { exchange } = exchangeOf(fields);

      const again = await exchange.reconsider({ kind: "answered", answer: answer(response) });

      equal(again, exchange.call);
    });
  }
}

for (
  const [how, fields, answer] of [
    ["in one piece", {}, inOnePiece],
    ["as a stream", STREAMED, asStream],
  ] as const
) {
  Deno.test(`7.11 an answer ${how} that says something is not asked for again`, async () => {
    const { exchange } = exchangeOf(fields);
    const good = answer(said([{ text: "Hi" }]));

    const again = await exchange.reconsider({ kind: "answered", answer: good });
    const text = await textOf(await exchange.reply(good));

    equal(again, null);
    match(text, /"content":"Hi"/);
  });

  Deno.test(`7.11 an answer ${how} that says nothing twice is told as it is`, async () => {
    const { exchange } = exchangeOf(fields);

    const text = await textOf(await exchange.reply(answer(said([]))));

    match(text, /"native_finish_reason":"STOP"/);
  });

  Deno.test(`7 an answer ${how} that is none is an error of ours`, async () => {
    const { exchange } = exchangeOf(fields);

    await rejects(
      exchange.reply(answer({})),
      (error) => error instanceof RotatorError && error.reason === "empty_answer",
    );
  });

  Deno.test(`7 an answer ${how} that misses a signature is asked for with placeholders, and is an error at last`, async () => {
    const { exchange } = exchangeOf({ ...WITH_HISTORY, ...fields });
    const unsigned = answer(said([], { finishReason: "MISSING_THOUGHT_SIGNATURE" }));

    const again = await exchange.reconsider({ kind: "answered", answer: unsigned });

    match(JSON.stringify(sentIn(again)), /skip_thought_signature_validator/);
    await rejects(
      exchange.reply(unsigned),
      (error) => error instanceof RotatorError && error.reason === "unsigned",
    );
  });
}

Deno.test("7.11 a stream that fails before its first words is asked for again, and refused at last", async () => {
  const { exchange } = exchangeOf(STREAMED);
  const failed = asStream({ error: { code: 503, status: "UNAVAILABLE", message: "Busy" } });

  const again = await exchange.reconsider({ kind: "answered", answer: failed });
  const reply = await exchange.reply(failed);

  equal(again, exchange.call);
  deepEqual(reply.kind === "refused" && reply.refusal.status, 503);
});

Deno.test("4.3 a 400 that names the schema is asked again in the older form", async () => {
  const { exchange } = exchangeOf(WITH_TOOL);

  const again = await exchange.reconsider(
    refused(400, "Invalid JSON payload: unknown field in parameters_json_schema"),
  );

  match(JSON.stringify(sentIn(exchange.call)), /"parametersJsonSchema"/);
  match(JSON.stringify(sentIn(again)), /"parameters":\{"type":"OBJECT"/i);
});

Deno.test("4.3 a 400 whose fields name the schema is asked again in the older form", async () => {
  const { exchange } = exchangeOf(WITH_TOOL);
  const error = parseGoogleError(googleError(400, "INVALID_ARGUMENT", "Invalid value"));
  const fieldViolations = [{ field: "tools[0].function_declarations[0]", description: "" }];

  const again = await exchange.reconsider({
    kind: "refused",
    refusal: { status: 400, error: error && { ...error, fieldViolations } },
  });

  ok(again);
});

Deno.test("4.3 the older form is asked for once", async () => {
  const { exchange } = exchangeOf(WITH_TOOL);
  const naming = refused(400, "Invalid schema");

  const calls = [await exchange.reconsider(naming), await exchange.reconsider(naming)];

  deepEqual(calls.map((call) => call !== null), [true, false]);
});

Deno.test("4.3 a model that gets the older form anyway is not asked again", async () => {
  const { exchange } = exchangeOf(WITH_TOOL, { model: OLDEST });

  equal(await exchange.reconsider(refused(400, "Invalid schema")), null);
});

Deno.test("4.3 a request without schemas is not asked again", async () => {
  const { exchange } = exchangeOf();

  equal(await exchange.reconsider(refused(400, "Invalid schema")), null);
});

Deno.test("8.5 a 400 that names a thought signature is asked again with placeholders", async () => {
  const { exchange } = exchangeOf(WITH_HISTORY);

  const again = await exchange.reconsider(refused(400, "Corrupted thought signature."));

  match(JSON.stringify(sentIn(exchange.call)), /"thoughtSignature":"c2ln"/);
  match(JSON.stringify(sentIn(again)), /"thoughtSignature":"skip_thought_signature_validator"/);
});

for (
  const [what, came] of [
    ["any other 400", refused(400, "Invalid value")],
    ["a 404", refused(404, "Schema not found")],
    ["a refusal that is not Google's", { kind: "refused", refusal: { status: 400, error: null } }],
    ["a client that left", { kind: "left" }],
  ] satisfies readonly (readonly [string, Relayed])[]
) {
  Deno.test(`9 ${what} is not asked again`, async () => {
    const { exchange } = exchangeOf(WITH_HISTORY);

    equal(await exchange.reconsider(came), null);
  });
}

Deno.test("5 an answer has Google's id and moment, where it tells them", async () => {
  const { exchange } = exchangeOf();
  const answer = inOnePiece({
    ...said([{ text: "Hi" }]),
    responseId: "abc",
    createTime: "2025-10-24T07:45:46.904785Z",
  });

  const { id, created } = await jsonOf(await exchange.reply(answer));

  deepEqual([id, created], ["chatcmpl-abc", 1_761_291_946]);
});

Deno.test("5 an answer has an id and a moment of ours otherwise", async () => {
  const { exchange } = exchangeOf();

  const completion = await jsonOf(await exchange.reply(inOnePiece(said([{ text: "Hi" }]))));

  deepEqual(validateOpenAi("CreateChatCompletionResponse", completion), []);
  deepEqual(
    [completion.id, completion.created, completion.model],
    ["chatcmpl-0123456789abcdefghijklmn", CREATED, "gemini"],
  );
});

Deno.test("5 headers tell the model that answered, and that nothing was counted", async () => {
  const { exchange } = exchangeOf();
  const answer = inOnePiece({ ...said([{ text: "Hi" }]), modelVersion: "gemini-3.8-flash-002" });

  const reply = await exchange.reply(answer);

  deepEqual(reply.kind === "answered" && reply.answer.headers, [
    ["content-type", "application/json; charset=UTF-8"],
    ["cache-control", "private, no-store, no-transform"],
    ["x-content-type-options", "nosniff"],
    ["x-gkr-model-version", "gemini-3.8-flash-002"],
    ["x-gkr-usage", "unknown"],
  ]);
});

Deno.test("5 what may not stand in a header is left out of it", async () => {
  const { exchange } = exchangeOf();
  const answer = inOnePiece({ ...said([{ text: "Hi" }]), modelVersion: "a\r\nset-cookie: b" });

  const reply = await exchange.reply(answer);

  ok(reply.kind === "answered" && !JSON.stringify(reply.answer.headers).includes("cookie"));
});

Deno.test("8.4 signatures are kept before the client gets an answer in one piece", async () => {
  const { exchange, kept } = exchangeOf(WITH_TOOL);

  await exchange.reply(inOnePiece(said([CALL])));

  deepEqual(kept, [{ callId: "a1b2c3d4", name: "look", args: "{}", signature: "c2ln" }]);
});

Deno.test("8.4 signatures are kept before the client hears that a stream has ended", async () => {
  const { exchange, kept } = exchangeOf({ ...WITH_TOOL, ...STREAMED });

  await textOf(await exchange.reply(asStream(said([CALL]))));

  deepEqual(kept.map(({ signature }) => signature), ["c2ln"]);
});

Deno.test("5 an answer that is too large to be read whole is an error, and is not read on", async () => {
  const { exchange } = exchangeOf();
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });

  await rejects(exchange.reply({ status: 200, headers: [], body }), RotatorError);

  ok(isCancelled);
});

Deno.test("5 an answer is read once, though it is looked at twice", async () => {
  const { exchange } = exchangeOf(STREAMED);
  const answer = asStream(more({ text: "a" }), said([{ text: "b" }]));

  await exchange.reconsider({ kind: "answered", answer });
  const text = await textOf(await exchange.reply(answer));

  match(text, /"content":"a".*"content":"b".*\[DONE\]/s);
});

function refused(status: number, message: string): Relayed {
  const error = parseGoogleError(googleError(status, "INVALID_ARGUMENT", message));
  return { kind: "refused", refusal: { status, error } };
}
