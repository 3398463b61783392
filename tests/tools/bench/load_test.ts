import { match, ok, strictEqual as equal } from "node:assert";
import { type LoadOrder, runLoad } from "../../../tools/bench/load.ts";

async function loadOf(
  answer: (request: Request) => Response,
  order: Partial<LoadOrder> = {},
) {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      // A body that is left unread would cost the connection.
      await request.arrayBuffer();
      return answer(request);
    },
  );
  return await runLoad({
    origin: `http://127.0.0.1:${server.addr.port}`,
    path: "/",
    secret: "one",
    connections: 2,
    rampMs: 0,
    forMs: 5_000,
    atMost: 20,
    bodyBytes: 2,
    ...order,
  });
}

Deno.test("runLoad() sends a key and counts good answers", async () => {
  const seen = new Set<string | null>();

  const report = await loadOf((request) => {
    seen.add(request.headers.get("x-goog-api-key"));
    return new Response("ok");
  });

  equal(report.wrong, 0);
  equal([...seen].join(), "one");
  ok(report.requests >= 20 && report.requests <= 21);
  ok(report.p50Ms > 0 && report.firstByteP50Ms <= report.p99Ms);
});

Deno.test("runLoad() tells of answers with another status or length", async () => {
  const refused = await loadOf(() => new Response("no", { status: 503 }));
  const short = await loadOf(() => new Response("o"));

  match(refused.firstWrong ?? "", /found 503/);
  equal(refused.wrong, refused.requests);
  match(short.firstWrong ?? "", /200 with 1 bytes/);
});

Deno.test("runLoad() tells of a connection that is closed inside an answer", async () => {
  const half = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(1));
      controller.error("");
    },
  });

  const report = await loadOf(() => new Response(half), { connections: 1 });

  equal(report.wrong, 1);
  match(report.firstWrong ?? "", /closed|reset/);
});
