import assert from "node:assert/strict";
import { Background } from "../../lib/domain/background.ts";

function aBackground() {
  const failures: [what: string, cause: unknown][] = [];
  return { background: new Background((what, cause) => failures.push([what, cause])), failures };
}

Deno.test("Background settles at once when nothing is under way", async () => {
  await aBackground().background.settled();
});

Deno.test("Background settles when all work has ended, and what that work has begun", async () => {
  const { background } = aBackground();
  const done: string[] = [];
  background.run(
    "begin",
    Promise.resolve().then(() => {
      background.run("go on", Promise.resolve().then(() => done.push("second")));
      done.push("first");
    }),
  );

  await background.settled();

  assert.deepEqual(done, ["first", "second"]);
});

Deno.test("Background tells what failed and why, and settles all the same", async () => {
  const { background, failures } = aBackground();
  const cause = new Error("no");

  background.run("save", Promise.reject(cause));
  background.run("load", Promise.resolve());
  await background.settled();

  assert.deepEqual(failures, [["save", cause]]);
});
