import assert from "node:assert/strict";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { MAX_KEYS_AT_ONCE, readPoolOrder } from "../../../lib/web/pages/pool_order.ts";

const ids = Array.from(
  { length: MAX_KEYS_AT_ONCE + 1 },
  (_, index) => String(index).padStart(26, "0"),
);
const order = (fields: Record<string, string>) => readPoolOrder(new URLSearchParams(fields));

Deno.test("readPoolOrder() gives each pasted key the project that was named for all", () => {
  const read = order({ action: "add", keys: "one,two\nthree", project: " research " });

  assert.deepEqual(read, {
    kind: "add",
    candidates: ["one", "two", "three"].map((secret) => ({ secret, project: "research" })),
  });
});

Deno.test("readPoolOrder() takes an empty project for none", () => {
  const key = ids[0] ?? "";

  const read = order({ action: "edit", key, label: "", project: "  " });

  assert.deepEqual(read, { kind: "edit", key, changes: { label: "", project: null } });
});

Deno.test("readPoolOrder() takes ticked keys and all that were shown, each once", () => {
  const [a = "", b = ""] = ids;

  const read = readPoolOrder(
    new URLSearchParams([["action", "keys"], ["act", "wake"], ["key", b], ["all", `${a},${b}`]]),
  );

  assert.deepEqual(read, { kind: "keys", act: "wake", keys: [b, a] });
});

Deno.test("readPoolOrder() takes metering that is not ticked for off", () => {
  const read = order({ action: "settings", name: "mine", aliases: "" });

  assert.deepEqual(read, {
    kind: "settings",
    changes: { name: "mine", metering: false, aliases: {} },
  });
});

for (
  const [fault, fields, said] of [
    ["an action that it does not know", { action: "sing" }, /asks for nothing we know/],
    ["no key", { action: "keys", act: "wake" }, /tick at least one/],
    ["too many keys", { action: "keys", act: "wake", all: ids.join() }, /101 are chosen/],
    ["an act that it does not know", { action: "keys", act: "eat", all: "x" }, /what to do/],
    ["what is no key's id", { action: "keys", act: "wake", key: "../x" }, /the id of a key/],
    ["nothing pasted", { action: "add", keys: " \n" }, /at least one key/],
  ] as const
) {
  Deno.test(`readPoolOrder() refuses ${fault}`, () => {
    assert.throws(
      () => order(fields),
      (error) =>
        error instanceof RotatorError && error.code === "invalid_request" &&
        said.test(error.message),
    );
  });
}
