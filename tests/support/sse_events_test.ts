import { deepStrictEqual as deepEqual } from "node:assert";
import { sseData } from "./sse_events.ts";

for (const lineEnd of ["\n", "\r\n"]) {
  Deno.test(`sseData() gives every event in order, lines ended by ${JSON.stringify(lineEnd)}`, () => {
    const text = ["data: {}", "", "data: second", "", "data: [DONE]", "", ""].join(lineEnd);

    deepEqual(sseData(text), ["{}", "second", "[DONE]"]);
  });
}

Deno.test("sseData() joins the lines of one event", () => {
  deepEqual(sseData('data: {\ndata:  "a": 1\ndata:}\n\n'), ['{\n "a": 1\n}']);
});

Deno.test("sseData() leaves out comments and other fields", () => {
  deepEqual(sseData(": ping\n\nevent: error\nid: 1\ndata: x\n\n"), ["x"]);
});

Deno.test("sseData() knows an event without data from one whose data is empty", () => {
  deepEqual(sseData("event: ping\n\ndata:\n\n"), [""]);
});

Deno.test("sseData() gives a last event that no blank line ends", () => {
  deepEqual(sseData("data: 1\n\ndata: 2"), ["1", "2"]);
});

Deno.test("sseData() finds nothing in nothing", () => {
  deepEqual(sseData(""), []);
});
