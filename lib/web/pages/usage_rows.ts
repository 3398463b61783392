/**
 * Usage by what it is about, summed over time and called by its name.
 *
 * @module
 */

import type { UsageDimension, UsageGroup } from "../../domain/usage_store.ts";
import { addSums, requestsIn, type UsageSums } from "../../domain/usage_sums.ts";
import { type SumsItem, sumsItem } from "../admin/usage_item.ts";
import { type UsageForm, usageOf } from "./usage_form.ts";
import type { Named } from "./usage_names.ts";

/** What one token, key, model or pool came to in all that time. */
export interface UsageRow extends SumsItem {
  /** Its id, or the model's name. */
  readonly of: string;
  /** What people call it; null when nobody knows any more. */
  readonly name: string | null;
  /** Where there is more about it; null for what is nowhere. */
  readonly href: string | null;
}

/** One row for each, the busiest first. */
export function usageRows(
  groups: readonly UsageGroup[],
  { by, form, names }: {
    by: UsageDimension;
    form: UsageForm;
    names: ReadonlyMap<string, Named>;
  },
): UsageRow[] {
  const all = new Map<string, UsageSums>();
  for (const { of, sums } of groups) {
    const sum = all.get(of) ?? {};
    all.set(of, sum);
    addSums(sum, sums);
  }
  return [...all]
    .sort(([, a], [, b]) => requestsIn(b) - requestsIn(a))
    .map(([of, sums]) => {
      const named = names.get(of);
      return { of, name: named?.name ?? null, href: hrefOf(), ...sumsItem(sums) };

      function hrefOf(): string | null {
        if (by !== "key") return usageOf(form, { filter: by, of });
        return named === undefined ? null : `/admin/pools/${named.poolId}`;
      }
    });
}
