import assert from "node:assert/strict";
import { systemClock } from "../../../lib/domain/clock.ts";
import { Deadlines } from "../../../lib/domain/deadlines.ts";
import { POOL_COOLING, RotatorError } from "../../../lib/domain/errors.ts";
import type { AnswerEnd, Relayed } from "../../../lib/protocol/gemini/exchange.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import type { ClientCall } from "../../../lib/web/dialect.ts";
import { jsonAnswer } from "../../../lib/web/openai/answer.ts";
import { serveEmbeddings } from "../../../lib/web/openai/embeddings.ts";
import type { OpenAiParts } from "../../../lib/web/openai/parts.ts";
import { aClientCall } from "./a_client_call.ts";

const PARTS: OpenAiParts = {
  deadlines: new Deadlines(),
  clock: systemClock,
  newId: () => "id",
  aliasesOf: () => ({}),
  traitsOf: modelTraits(),
  signatures: { keep: () => Promise.resolve(), find: () => Promise.resolve([]) },
  fetchMedia: null,
  mayStore: false,
  inBackground: () => {},
};

/** A batch of so many vectors, whose first number tells which batch it is. */
function vectors(count: number, batch: number, usage: object | null = { promptTokenCount: 10 }) {
  return jsonAnswer({
    embeddings: Array.from({ length: count }, () => ({ values: [batch, 1] })),
    ...(usage && { usageMetadata: usage }),
  });
}

/** Asks for embeddings of so many texts, of a Gemini that answers the n-th batch so. */
async function embedded(count: number, answer: (batch: number, size: number) => Relayed | Error) {
  const ends: AnswerEnd[] = [];
  let calls = 0;
  let open = 0;
  let mostOpen = 0;
  const relay: ClientCall["relay"] = async ({ body }, options) => {
    const batch = calls++;
    mostOpen = Math.max(mostOpen, ++open);
    // They end in another order than they began: of the first three the second comes last.
    await new Promise((resolve) => setTimeout(resolve, (batch * 3) % 4 * 2));
    open -= 1;
    const { requests } = JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()));
    const came = answer(batch, requests.length);
    if (came instanceof Error) throw came;
    const usage = { prompt: 10, cached: 0, output: 0, thoughts: 0, toolUse: 0, total: 10 };
    options?.onEnd?.({ kind: "complete", usage });
    return came;
  };
  const input = Array.from({ length: count }, (_, n) => `text ${n}`);
  const body = JSON.stringify({ model: "gemini-embedding-001", input });
  const call = aClientCall({ body, relay });
  call.record.ended = (end) => void ends.push(end);
  const outcome = await serveEmbeddings(call, PARTS).catch((error: unknown) => error);
  return { outcome, calls, mostOpen, ends };
}

function readAnswer(outcome: unknown) {
  const { kind, answer } = outcome as Extract<Relayed, { kind: "answered" }>;
  assert.ok(kind === "answered" && answer.body instanceof Uint8Array);
  return { ...JSON.parse(new TextDecoder().decode(answer.body)), headers: new Map(answer.headers) };
}

Deno.test("serveEmbeddings() has four batches under way at most, and keeps their order", async () => {
  const { outcome, calls, mostOpen } = await embedded(950, (batch, size) => vectors(size, batch));

  const { data, usage } = readAnswer(outcome);
  assert.deepEqual([calls, mostOpen, data.length], [10, 4, 950]);
  const batches = data.map(({ embedding: [first, second] }: { embedding: number[] }) =>
    Math.round(first! / second!)
  );
  assert.deepEqual(batches, batches.map((_: number, n: number) => Math.floor(n / 100)));
  assert.deepEqual(usage, { prompt_tokens: 100, total_tokens: 100 });
});

Deno.test("serveEmbeddings() marks usage that it had to estimate", async () => {
  const { outcome } = await embedded(2, (batch, size) => vectors(size, batch, null));

  const { usage, headers } = readAnswer(outcome);
  assert.equal(headers.get("x-gkr-usage"), "estimated");
  assert.deepEqual(usage, { prompt_tokens: 3, total_tokens: 3 });
});

Deno.test("serveEmbeddings() fails as the first batch fails, and asks for no more", async () => {
  const refused: Relayed = { kind: "refused", refusal: { status: 400, error: null } };

  const { outcome, calls } = await embedded(
    900,
    (batch, size) => batch === 2 ? refused : vectors(size, batch),
  );

  assert.equal(outcome, refused);
  assert.equal(calls, 4);
});

Deno.test("serveEmbeddings() lets an error of one batch rise, and tells the log what the others cost", async () => {
  const cooling = new RotatorError(POOL_COOLING, "Cannot serve now: it cools");

  const { outcome, ends } = await embedded(
    300,
    (batch, size) => batch === 1 ? cooling : vectors(size, batch),
  );

  assert.equal(outcome, cooling);
  assert.deepEqual(ends.map(({ kind, usage }) => [kind, usage?.total]), [["complete", 20]]);
});

Deno.test("serveEmbeddings() refuses an answer with another number of vectors", async () => {
  const { outcome } = await embedded(3, (batch) => vectors(2, batch));

  assert.ok(outcome instanceof RotatorError);
  assert.deepEqual([outcome.code, outcome.reason], ["upstream_unreachable", "empty_answer"]);
});
