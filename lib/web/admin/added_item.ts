/**
 * What became of a list of keys, as the admin API tells it.
 *
 * @module
 */

import type { ReportOfAdding, Unadded } from "../../domain/management.ts";
import { type KeyItem, keyItem } from "./key_item.ts";

/** What became of a list of keys: each entry is in one of the three. */
export interface AddedItem {
  /** Those that are in the pool now. */
  readonly added: readonly KeyItem[];
  /** Those that serve already, or stood twice in the list. */
  readonly duplicates: readonly Unadded[];
  /** Those that cannot be keys. */
  readonly rejected: readonly Unadded[];
}

/** Shows what became of a list of keys. */
export function addedItem({ added, duplicates, rejected }: ReportOfAdding): AddedItem {
  return {
    added: added.map(keyItem),
    duplicates: duplicates.map(unaddedItem),
    rejected: rejected.map(unaddedItem),
  };
}

function unaddedItem({ entry, secret, reason }: Unadded): Unadded {
  return { entry, secret, reason };
}
