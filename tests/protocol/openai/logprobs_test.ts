import { deepStrictEqual as deepEqual } from "node:assert";
import { logprobsOf } from "../../../lib/protocol/openai/logprobs.ts";

Deno.test("5 logprobsOf() gives each token its bytes and the tokens it was chosen from", () => {
  const logprobs = logprobsOf({
    chosenCandidates: [{ token: "ä", tokenId: 7, logProbability: -0.5 }],
    topCandidates: [{
      candidates: [{ token: "ä", logProbability: -0.5 }, { token: "b", logProbability: -2 }],
    }],
  });

  deepEqual(logprobs, {
    content: [{
      token: "ä",
      logprob: -0.5,
      bytes: [0xc3, 0xa4],
      top_logprobs: [
        { token: "ä", logprob: -0.5, bytes: [0xc3, 0xa4] },
        { token: "b", logprob: -2, bytes: [0x62] },
      ],
    }],
    refusal: null,
  });
});

Deno.test("5 logprobsOf() gives a token without others an empty list of them", () => {
  const { content } = logprobsOf({ chosenCandidates: [{ token: "a", logProbability: -1 }] });

  deepEqual(content?.[0]?.top_logprobs, []);
});

Deno.test("5 logprobsOf() takes a probability that is left out for certainty", () => {
  const { content } = logprobsOf({ chosenCandidates: [{ token: "a" }] });

  deepEqual(content?.[0]?.logprob, 0);
});

Deno.test("5 logprobsOf() gives no tokens for a result without any", () => {
  deepEqual(logprobsOf({ topCandidates: 7 }), { content: [], refusal: null });
});
