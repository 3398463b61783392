import assert from "node:assert/strict";
import { INVALID_REQUEST, RotatorError } from "../../../../lib/domain/errors.ts";
import { readModelRows } from "../../../../lib/protocol/gemini/generate/model_rows.ts";
import { MODEL_TABLE } from "../../../../lib/protocol/gemini/generate/model_table.ts";

Deno.test("readModelRows() takes rows as they are", () => {
  const rows = [
    { models: "gemini-9*", thinking: { by: "level", levels: ["LOW", "HIGH"] }, signatures: false },
    { models: "x", thinking: { by: "budget", least: 1, most: 9, off: true }, drops: ["seed"] },
    { models: "y", thinking: { by: "nothing" } },
    { models: "z" },
  ];

  assert.deepEqual(readModelRows(rows), rows);
  assert.deepEqual(readModelRows([]), []);
});

Deno.test("readModelRows() would take our own table", () => {
  assert.deepEqual(readModelRows(structuredClone(MODEL_TABLE)), MODEL_TABLE);
});

const row = (fields: object) => [{ models: "a" }, { models: "b", ...fields }];

const wrong: [unknown, string | undefined, string][] = [
  [{}, undefined, "must be a list of rows"],
  [[1], "[0]", "must be an object"],
  [[{}], "[0].models", "is missing"],
  [row({ models: "" }), "[1].models", "must not be empty"],
  [row({ models: 1 }), "[1].models", "must be a string"],
  [row({ signature: true }), "[1].signature", "is not known here"],
  [row({ signatures: "no" }), "[1].signatures", "must be true or false"],
  [row({ signatures: null }), "[1].signatures", "must be true or false"],
  [row({ drops: "seed" }), "[1].drops", "must be a list"],
  [row({ drops: [1] }), "[1].drops[0]", "must be a string"],
  [row({ thinking: { by: "words" } }), "[1].thinking.by", 'must be "nothing", "budget" or "level"'],
  [row({ thinking: { by: "nothing", most: 1 } }), "[1].thinking.most", "is not known here"],
  [row({ thinking: { by: "level", levels: [] } }), "[1].thinking.levels", "must not be empty"],
  [
    row({ thinking: { by: "level", levels: ["low"] } }),
    "[1].thinking.levels[0]",
    "must be one of MINIMAL, LOW, MEDIUM, HIGH",
  ],
  [
    row({ thinking: { by: "budget", least: -1, most: 9, off: true } }),
    "[1].thinking.least",
    "must be a whole number of at least 0",
  ],
  [row({ thinking: { by: "budget", least: 0, off: true } }), "[1].thinking.most", "is missing"],
];

for (const [value, param, state] of wrong) {
  Deno.test(`readModelRows() says of ${JSON.stringify(value)} that it ${state}`, () => {
    assert.throws(() => readModelRows(value), (error) => {
      assert.ok(error instanceof RotatorError);
      assert.equal(error.code, INVALID_REQUEST);
      assert.equal(error.param, param);
      assert.ok(error.message.endsWith(`: it ${state}`), error.message);
      return true;
    });
  });
}
