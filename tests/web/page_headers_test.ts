import assert from "node:assert/strict";
import { newNonce, pageHeaders } from "../../lib/web/page_headers.ts";

Deno.test("pageHeaders() lets only scripts with the nonce run, and nobody frame the page", () => {
  const { "content-security-policy": policy } = pageHeaders({ nonce: "bm9uY2U=", secure: true });

  assert.equal(
    policy,
    "default-src 'none'; script-src 'nonce-bm9uY2U=' 'strict-dynamic'; " +
      "style-src 'self' 'nonce-bm9uY2U='; img-src 'self' data:; connect-src 'self'; " +
      "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  );
});

Deno.test("pageHeaders() says all that a page has to say, and HSTS over https only", () => {
  const { "content-security-policy": _, ...rest } = pageHeaders({ nonce: "x", secure: true });
  const plain = pageHeaders({ nonce: "x", secure: false });

  assert.deepEqual(rest, {
    "cache-control": "private, no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  assert.equal("strict-transport-security" in plain, false);
});

Deno.test("newNonce() has 128 bits, and is never the same in 10,000 answers", () => {
  const nonces = new Set(Array.from({ length: 10_000 }, newNonce));

  assert.equal(nonces.size, 10_000);
  for (const nonce of nonces) assert.equal(atob(nonce).length, 16);
});
