import { strictEqual as equal } from "node:assert";
import { countingKv } from "../../../tools/bench/counting_kv.ts";

Deno.test("countingKv() counts entries, and leaves the work to KV", async () => {
  using inner = await Deno.openKv(":memory:");
  const { kv, counts } = countingKv(inner);

  await kv.atomic().check({ key: ["a"], versionstamp: null }).set(["a"], 1).set(["b"], 2).commit();
  const { value } = await kv.get(["a"]);
  await kv.getMany([["a"], ["b"], ["c"]]);
  const listed = await Array.fromAsync(kv.list({ prefix: [] }));

  equal(value, 1);
  equal(listed.length, 2);
  equal(JSON.stringify(counts), JSON.stringify({ reads: 1 + 3 + 2 + 1, writes: 2, commits: 1 }));
});
