import assert from "node:assert/strict";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { aliasLines, readAliasLines } from "../../../lib/web/pages/pool_aliases.ts";

Deno.test("readAliasLines() reads one alias a line, whatever ends it, and skips empty lines", () => {
  const read = readAliasLines("gpt-4o = gemini-3.6-flash\r\n\n  llama3:8b=gemini-2.5-pro  \n");

  assert.deepEqual(read, { "gpt-4o": "gemini-3.6-flash", "llama3:8b": "gemini-2.5-pro" });
});

Deno.test("readAliasLines() reads what aliasLines() wrote", () => {
  const aliases = { "gpt-4o": "gemini-3.6-flash", "openai/gpt-4.1": "gemini-2.5-pro" };

  assert.deepEqual(readAliasLines(aliasLines(aliases)), aliases);
});

for (
  const [fault, text, named] of [
    ["a line without a model", "a = b\ngpt-4o =", /line 2 must look like/],
    ["a line without a sign", "gpt-4o", /line 1 must look like/],
    ["a line with two signs", "a = b = c", /line 1 must look like/],
    ["an alias for the second time", "a = b\na = c", /line 2 names an alias for the second time/],
    ["a model that is none", "a = no such model", /must be the name of a model/],
  ] as const
) {
  Deno.test(`readAliasLines() refuses ${fault}`, () => {
    assert.throws(
      () => readAliasLines(text),
      (error) =>
        error instanceof RotatorError && error.code === "invalid_request" &&
        named.test(error.message),
    );
  });
}
