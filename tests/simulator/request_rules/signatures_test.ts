import { match, strictEqual as equal } from "node:assert";
import type { Content } from "../generate_request.ts";
import { signatureOf } from "../thought_signature.ts";
import { call, functions, model, NEW, OLD, refusal, result, user } from "./trying.ts";

const args = { city: "Oslo", days: { to: 2, from: 1 } };
const signature = signatureOf({ name: "f", args }, 3.8);
const signed = call("f", { args, signature });
const bare = call("f", { args, signature: null });
const foreign = call("f", { args, signature: "c29tZWJvZHkgZWxzZQ==" });

const CORRUPTED = "Corrupted thought signature.";

Deno.test("a step without a signature is refused in the words that were recorded", async () => {
  const file = "../../fixtures/gemini/errors/400-missing-thought-signature.json";
  const { error } = JSON.parse(await Deno.readTextFile(new URL(file, import.meta.url)));

  equal(
    said(user("hi"), model(call("update_todo_list", { signature: null })), user(result("f"))),
    error.message,
  );
});

Deno.test("Gemini 2.5 wants no signature, and looks at none", () => {
  equal(said(OLD, user("hi"), model(bare), user(result("f"))), undefined);
  equal(said(OLD, user("hi"), model(foreign), user(result("f"))), undefined);
});

Deno.test("only the first call of a step needs a signature", () => {
  equal(said(user("hi"), model(signed, bare), user(result("f"), result("f"))), undefined);
  match(
    said(user("hi"), model(bare, signed), user(result("f"), result("f"))) ?? "",
    /missing a thought_signature.*position 2\./,
  );
});

Deno.test("every step of the current turn needs a signature", () => {
  match(
    said(user("hi"), model(signed), user(result("f")), model(bare), user(result("f"))) ?? "",
    /missing a thought_signature.*position 4\./,
  );
});

Deno.test("steps of earlier turns need none", () => {
  equal(
    said(user("hi"), model(bare), user(result("f")), model("Done."), user("and now?")),
    undefined,
  );
});

for (
  const placeholder of [
    "skip_thought_signature_validator",
    "context_engineering_is_the_way_to_go",
  ]
) {
  Deno.test(`the placeholder ${placeholder} is taken`, () => {
    const placed = call("f", { signature: placeholder });

    equal(said(user("hi"), model(placed), user(result("f"))), undefined);
  });
}

Deno.test("a signature of somebody else is refused on a step, and ignored elsewhere", () => {
  const thought = { text: "Hm.", thoughtSignature: "c29tZWJvZHkgZWxzZQ==" };

  equal(said(user("hi"), model(foreign), user(result("f"))), CORRUPTED);
  equal(said(user("hi"), model(thought, signed), user(result("f"))), undefined);
});

Deno.test("a signature holds for its call whatever the order of the arguments", () => {
  const turned = call("f", { args: { days: { from: 1, to: 2 }, city: "Oslo" }, signature });

  equal(said(user("hi"), model(turned), user(result("f"))), undefined);
});

Deno.test("a signature of ours is refused on another call, another part and in another family", () => {
  const otherArgs = call("f", { args: { city: "Rome" }, signature });
  const otherName = call("g", { args, signature });
  const onText = { text: "Hm.", thoughtSignature: signature };

  equal(said(user("hi"), model(otherArgs), user(result("f"))), CORRUPTED);
  equal(said(user("hi"), model(otherName), user(result("g"))), CORRUPTED);
  equal(said(user("hi"), model(onText), user("a")), CORRUPTED);
  equal(said("gemini-4-argon", user("hi"), model(signed), user(result("f"))), CORRUPTED);
});

function said(...[first, ...others]: readonly (string | Content)[]): string | undefined {
  const [name, contents] = typeof first === "string" ? [first, others] : [NEW, [first, ...others]];
  return refusal({ contents, tools: [functions("f", "g")] }, name);
}
