import assert from "node:assert/strict";
import { Visitor } from "../../lib/domain/visitor.ts";

Deno.test("Visitor tells who listens when it leaves, once", () => {
  const visitor = new Visitor();
  let heard = 0;
  visitor.whenGone(() => heard++);

  assert.equal(visitor.gone, false);
  visitor.leave();
  visitor.leave();

  assert.equal(visitor.gone, true);
  assert.equal(heard, 1);
});

Deno.test("Visitor tells the last who listens, and nobody who stopped", () => {
  const [replaced, stopped] = [new Visitor(), new Visitor()];
  const heard: string[] = [];
  replaced.whenGone(() => heard.push("first"));
  replaced.whenGone(() => heard.push("second"));
  stopped.whenGone(() => heard.push("never"));
  stopped.whenGone(null);

  replaced.leave();
  stopped.leave();

  assert.deepEqual(heard, ["second"]);
});

Deno.test("Visitor tells at once who begins to listen too late", () => {
  const visitor = new Visitor();
  visitor.leave();
  let heard = 0;

  visitor.whenGone(() => heard++);
  visitor.whenGone(null);

  assert.equal(heard, 1);
});
