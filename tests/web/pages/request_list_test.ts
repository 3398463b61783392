import assert from "node:assert/strict";
import type { FailedRequest } from "../../../lib/domain/failed_request.ts";
import type { EpochMs, PoolId, TokenId } from "../../../lib/domain/ids.ts";
import { REQUESTS_A_PAGE, requestsPage, tokensIn } from "../../../lib/web/pages/request_list.ts";

function failed(id: string, token: string): FailedRequest {
  return {
    id,
    at: 0 as EpochMs,
    ms: 1,
    token: { id: token as TokenId, name: `name of ${token}` },
    poolId: "p1" as PoolId,
    operation: null,
    model: null,
    status: 429,
    end: "complete",
    code: null,
    reason: null,
    message: null,
    attempts: [],
  };
}

const many = Array.from({ length: REQUESTS_A_PAGE + 3 }, (_, n) => failed(`r${n}`, "t1"));

Deno.test("requestsPage() goes on after the last of the page before", () => {
  const first = requestsPage(many, {});
  const second = requestsPage(many, { cursor: `r${REQUESTS_A_PAGE - 1}` });

  assert.equal(first.older, `/admin/requests?cursor=r${REQUESTS_A_PAGE - 1}`);
  assert.deepEqual(second.requests.map(({ id }) => id), ["r50", "r51", "r52"]);
  assert.equal(second.older, null);
});

Deno.test("requestsPage() shows one token's, and keeps to it on the next page", () => {
  const page = requestsPage([failed("other", "t2"), ...many], { token: "t1" });

  assert.equal(page.requests[0]?.id, "r0");
  assert.equal(page.older, `/admin/requests?token=t1&cursor=r${REQUESTS_A_PAGE - 1}`);
});

Deno.test("requestsPage() has nothing after a request that is remembered no more", () => {
  assert.deepEqual(requestsPage(many, { cursor: "gone" }), { requests: [], older: null });
});

Deno.test("tokensIn() names each token once, by name", () => {
  const tokens = tokensIn([failed("1", "t2"), failed("2", "t1"), failed("3", "t2")]);

  assert.deepEqual(tokens.map(({ id }) => id), ["t1", "t2"]);
});
