import assert from "node:assert/strict";
import { Deadlines } from "../../../lib/domain/deadlines.ts";
import type { Token } from "../../../lib/domain/token.ts";
import { modelFor, readJsonBody } from "../../../lib/web/openai/read_request.ts";
import { aClientCall } from "./a_client_call.ts";

const FLASH = "gemini-2.5-flash";
const PRO = "gemini-2.5-pro";

const deadlines = new Deadlines();
const read = (body: BodyInit) => readJsonBody(aClientCall({ body }), { deadlines });

Deno.test("readJsonBody() reads what was sent", async () => {
  assert.deepEqual(await read('{"messages":[{"content":"café"}]}'), {
    messages: [{ content: "café" }],
  });
});

Deno.test("readJsonBody() takes any name, because tools have arguments of any name", async () => {
  const body = await read('{"__proto__":{"polluted":1},"constructor":2,"prototype":3}');

  assert.deepEqual(Object.keys(body as object), ["__proto__", "constructor", "prototype"]);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("readJsonBody() takes the last of two equal names, as OpenAI does", async () => {
  assert.deepEqual(await read('{"a":1,"a":2}'), { a: 2 });
});

Deno.test("readJsonBody() takes schemas nested a hundred deep, and refuses a thousand", async () => {
  const nested = (depth: number) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);

  assert.ok(await read(nested(100)));
  await assert.rejects(read(nested(1_000)), { code: "invalid_request", message: /nested deeper/ });
});

Deno.test("readJsonBody() refuses what is no JSON", async () => {
  for (const body of ["", "{", "a=b"]) {
    await assert.rejects(read(body), { code: "invalid_request" });
  }
});

/** The model behind a name, with these aliases and for a token that may use these models. */
function found(
  name: string,
  { aliases = {}, allowedModels = null }: {
    aliases?: Readonly<Record<string, string>>;
    allowedModels?: Token["allowedModels"];
  } = {},
): Promise<string> {
  return modelFor(name, aClientCall({ allowedModels }), { aliasesOf: () => aliases });
}

Deno.test("modelFor() leaves out what clients put before a name", async () => {
  for (const name of [FLASH, `models/${FLASH}`, `google/${FLASH}`, `gemini/${FLASH}`]) {
    assert.equal(await found(name), FLASH);
  }
});

Deno.test("modelFor() follows an alias once, with or without a prefix of its own", async () => {
  const aliases = { "gpt-4o": FLASH, "acme/best": `models/${PRO}`, loop: "gpt-4o" };

  assert.equal(await found("gpt-4o", { aliases }), FLASH);
  assert.equal(await found("acme/best", { aliases }), PRO);
  assert.equal(await found("loop", { aliases }), "gpt-4o");
});

Deno.test("modelFor() waits for aliases that have to be read", async () => {
  const aliasesOf = () => Promise.resolve({ "gpt-4o": FLASH });

  assert.equal(await modelFor("gpt-4o", aClientCall(), { aliasesOf }), FLASH);
});

Deno.test("modelFor() takes no alias from an object's own ancestors", async () => {
  assert.equal(await found("constructor"), "constructor");
  assert.equal(await found("toString"), "toString");
});

for (const name of ["a/b", "../a", "a:b", "a?b", "a b", "a#b", "a%2Fb", "models/", "é", "a\n"]) {
  Deno.test(`modelFor() refuses ${JSON.stringify(name)}, which can be no model's name`, async () => {
    await assert.rejects(found(name), {
      code: "not_found",
      param: "model",
      reason: "unknown_model",
    });
  });
}

Deno.test("modelFor() lets a token use the models it may, under their aliases too", async () => {
  const aliases = { "gpt-4o": FLASH };
  const allowedModels = [FLASH];

  for (const name of [FLASH, `models/${FLASH}`, "gpt-4o"]) {
    assert.equal(await found(name, { aliases, allowedModels }), FLASH);
  }
  await assert.rejects(found(PRO, { aliases, allowedModels }), { code: "forbidden" });
});

Deno.test("modelFor() lets a token use an alias that it may, though not the model behind it", async () => {
  const rules = { aliases: { best: PRO, other: PRO }, allowedModels: ["best"] };

  assert.equal(await found("best", rules), PRO);
  for (const name of [PRO, "other"]) {
    await assert.rejects(found(name, rules), { code: "forbidden" });
  }
});

Deno.test("modelFor() tells the log which model it is about, refused or not", async () => {
  const call = aClientCall({ allowedModels: [FLASH] });

  await assert.rejects(modelFor(PRO, call, { aliasesOf: () => ({}) }), { code: "forbidden" });

  assert.equal(call.record.model, PRO);
});
