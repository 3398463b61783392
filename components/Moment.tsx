import type { EpochMs } from "../lib/domain/ids.ts";

/** A moment, in UTC; `none` where there is none. */
export function Moment({ at, none = "never" }: { at: EpochMs | null | undefined; none?: string }) {
  if (at === null || at === undefined) return <span class="quiet">{none}</span>;
  const iso = new Date(at).toISOString();
  return <time datetime={iso} title={iso}>{`${iso.slice(0, 10)} ${iso.slice(11, 16)}`}</time>;
}
