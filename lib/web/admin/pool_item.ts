/**
 * A pool as the admin API shows it.
 *
 * @module
 */

import type { Pool } from "../../domain/pool.ts";
import { iso } from "./moment.ts";

/** A pool. */
export interface PoolItem {
  /** As in `/api/pools/:pool`. */
  readonly id: string;
  /** How people call it. */
  readonly name: string;
  /** Whether answers are read on their way through. */
  readonly metering: boolean;
  /** A model for each name that clients may use instead. */
  readonly aliases: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Shows a pool. */
export function poolItem({ id, name, metering, aliases, createdAt }: Pool): PoolItem {
  return { id, name, metering, aliases, createdAt: iso(createdAt) };
}
