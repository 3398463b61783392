/**
 * The form above the usage page, and what it asks for.
 *
 * A browser sends every field of a form, the empty ones too, and days instead of moments; the query of
 * `/api/usage` has neither.
 *
 * @module
 */

import { STEP_MS } from "../../domain/time_step.ts";

/** The fields of the form; they are called as in the query of `/api/usage`. */
export const USAGE_FIELDS = ["by", "step", "from", "to", "pool", "token", "key", "model"] as const;

/** What stands in the form: text as it was chosen or typed, empty where nothing was. */
export type UsageForm = Readonly<Record<typeof USAGE_FIELDS[number], string>>;

/** The fields of the form from the address of the page; other fields are not looked at. */
export function usageForm(search: URLSearchParams): UsageForm {
  const form = Object.fromEntries(
    USAGE_FIELDS.map((name) => [name, search.get(name)?.trim() ?? ""]),
  );
  return { ...form as UsageForm, by: form["by"] || "token", step: form["step"] || "hour" };
}

/** The same as the query of `/api/usage`. Both days are a part of what is asked for. */
export function usageSearch(form: UsageForm): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of USAGE_FIELDS) if (form[name] !== "") search.set(name, form[name]);
  if (isDay(form.from)) search.set("from", `${form.from}T00:00:00Z`);
  if (isDay(form.to)) search.set("to", dayAfter(form.to));
  return search;
}

/** What a table of one thing links to: the same time, of this alone, told apart by something else. */
export function usageOf(
  form: UsageForm,
  { filter, of }: { filter: "pool" | "token" | "model"; of: string },
): string {
  const by = filter === "model" ? "token" : "model";
  const search = Object.entries({ ...form, by, [filter]: of }).filter(([, value]) => value !== "");
  return `/admin/usage?${new URLSearchParams(search)}`;
}

/** A day that exists: V8 takes 31 February for 3 March. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + STEP_MS.day).toISOString();
}
