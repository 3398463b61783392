import assert from "node:assert/strict";
import { isNodeWireSound } from "../../lib/upstream/node_wire.ts";

Deno.test("isNodeWireSound() is false where ending a call would end the process: before Deno 2.7", () => {
  const sound = ["2.7.0", "2.7.14", "2.9.6", "2.10.0", "3.0.0", "2.8.0-rc.1"];
  const unsound = ["2.5.6", "2.6.8", "2.0.0", "1.46.3", ""];

  assert.deepEqual(sound.filter((version) => !isNodeWireSound(version)), []);
  assert.deepEqual(unsound.filter((version) => isNodeWireSound(version)), []);
});
