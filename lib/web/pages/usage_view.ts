/**
 * Everything the usage page shows.
 *
 * @module
 */

import type { UsageDimension, UsageGroup } from "../../domain/usage_store.ts";
import type { AdminServices } from "../admin/services.ts";
import { readUsageQuery } from "../admin/usage_query.ts";
import { attempt } from "./attempt.ts";
import { type UsageChart, usageChart } from "./usage_chart.ts";
import { type UsageForm, usageForm, usageSearch } from "./usage_form.ts";
import { type Known, readKnown, readNames } from "./usage_names.ts";
import { type UsageRow, usageRows } from "./usage_rows.ts";

/** What was found. */
export interface UsageReport {
  /** What is told apart. */
  readonly by: UsageDimension;
  /** Over time. */
  readonly chart: UsageChart;
  /** By what it is about. */
  readonly rows: readonly UsageRow[];
  /** The query that asks the admin API for the same. */
  readonly search: string;
}

/** The page. */
export interface UsageView {
  /** What was asked, as it was typed. */
  readonly form: UsageForm;
  /** What one can ask about. */
  readonly known: Known & { readonly models: readonly string[] };
  /** What was found; null when it could not be asked. */
  readonly report: UsageReport | null;
  /** Why it could not; null when it could. */
  readonly error: string | null;
  /** HTTP's word for it. */
  readonly status: number;
}

/** Reads what the address of the page asks for; a wrong question is told, not thrown. */
export async function readUsageView(
  admin: Pick<AdminServices, "pools" | "tokens" | "keys" | "usage" | "clock">,
  address: URLSearchParams,
): Promise<UsageView> {
  const form = usageForm(address);
  const known = await readKnown(admin);
  const { value, error, status } = await attempt(() => report(admin, { form, known }));
  const models = value?.models ?? (form.model === "" ? [] : [form.model]);
  return { form, known: { ...known, models }, report: value?.report ?? null, error, status };
}

async function report(
  { usage, keys, clock }: Pick<AdminServices, "keys" | "usage" | "clock">,
  { form, known }: { form: UsageForm; known: Known },
): Promise<{ report: UsageReport; models: string[] }> {
  const search = usageSearch(form);
  const query = readUsageQuery(search, clock.now());
  const { by } = query;
  const [groups, byModel] = await Promise.all([
    usage.read(query),
    usage.read({ ...query, by: "model", model: undefined }),
  ]);
  const ids = new Set(groups.map(({ of }) => of));
  const names = await readNames(keys, { by, ids, known, pool: form.pool });
  return {
    models: modelsIn(byModel, form.model),
    report: {
      by,
      chart: usageChart(groups, query),
      rows: usageRows(groups, { by, form, names }),
      search: search.toString(),
    },
  };
}

/** Those that were asked in that time, and the one that is chosen. */
function modelsIn(groups: readonly UsageGroup[], chosen: string): string[] {
  const models = new Set(groups.map(({ of }) => of));
  if (chosen !== "") models.add(chosen);
  return [...models].sort();
}
