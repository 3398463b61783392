import assert from "node:assert/strict";
import { nextPage } from "../../../lib/web/sign_in/next_page.ts";

for (const page of ["/admin", "/admin/pools", "/admin/pools/01kx_-9/keys"]) {
  Deno.test(`nextPage() lets people go to ${page}`, () => {
    assert.equal(nextPage(page), page);
  });
}

for (
  const asked of [
    ...["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"],
    ...["/admin//evil", "/admin/../evil", "/admin/%2f%2fevil", "/admin%2f..", "/adminx", "/admin/"],
    ...["/admin?next=//evil", "/admin#x", "/admin\r\nset-cookie: a=b", "/admin\n", " /admin", ""],
    ...["admin", "/admin/\u00e9", "/api/pools", `/admin/${"x".repeat(300)}`, null, undefined],
  ]
) {
  Deno.test(`nextPage() sends who asks for ${JSON.stringify(asked)?.slice(0, 40)} to the first page`, () => {
    assert.equal(nextPage(asked), "/admin");
  });
}
