import assert from "node:assert/strict";
import { usageForm, usageOf, usageSearch } from "../../../lib/web/pages/usage_form.ts";

const formOf = (query: string) => usageForm(new URLSearchParams(query));

Deno.test("usageForm() begins with tokens by the hour", () => {
  const { by, step } = formOf("");

  assert.deepEqual([by, step], ["token", "hour"]);
});

Deno.test("usageSearch() leaves out what is empty and what is not of the form", () => {
  const search = usageSearch(formOf("by=pool&step=day&pool=&token=&model=&nonsense=1"));

  assert.equal(search.toString(), "by=pool&step=day");
});

Deno.test("usageSearch() takes both days in", () => {
  const search = usageSearch(formOf("from=2026-11-30&to=2026-11-30"));

  assert.equal(search.get("from"), "2026-11-30T00:00:00Z");
  assert.equal(search.get("to"), "2026-12-01T00:00:00.000Z");
});

Deno.test("usageSearch() hands on a day that does not exist as it was typed", () => {
  assert.equal(usageSearch(formOf("to=2026-02-31")).get("to"), "2026-02-31");
});

Deno.test("usageOf() asks the same of one token alone, by model", () => {
  const href = usageOf(formOf("by=token&step=day&from=2026-11-01"), { filter: "token", of: "t1" });

  assert.equal(href, "/admin/usage?by=model&step=day&from=2026-11-01&token=t1");
});

Deno.test("usageOf() tells a model apart by tokens", () => {
  const href = usageOf(formOf("by=model"), { filter: "model", of: "gemini-2.5-flash" });

  assert.equal(href, "/admin/usage?by=token&step=hour&model=gemini-2.5-flash");
});
