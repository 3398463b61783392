/**
 * The ways in which a simulated key can behave, as values and as short words.
 *
 * A way is a plain value (`{ kind: "perMinute", limit: 5 }`) or its short form
 * (`"perMinute-5"`), which also fits inside a secret: see `sim_keys.ts`.
 *
 * @module
 */

/** Refusals that Google words the same for every request; `errors.ts` has the bodies. */
export const REFUSALS = [
  "invalid",
  "expired",
  "suspended",
  "leaked",
  "serviceDisabled",
  "serviceBlocked",
  "permissionDenied",
  "filePermission",
  "unauthenticated",
  "location",
  "limitZero",
  "bare429",
  "badRequest",
  "unavailable",
  "internal",
] as const;

/** A refusal's short name. */
export type Refusal = typeof REFUSALS[number];

/** How large a good answer is, and how fast it comes; what is left out is the simulator's own. */
export interface Pace {
  /** How many events a stream has, at least 1. */
  events?: number;
  /** Milliseconds between two events of a stream. */
  everyMs?: number;
  /** The least size of an event in bytes; for tests of back-pressure. */
  eventBytes?: number;
}

/** One way to treat a call. */
export type Way =
  | ({ kind: "ok" | "gzip" | "hostileHeaders" | "eofWithoutFinish" } & Pace)
  | { kind: Refusal }
  | { kind: "silent" | "emptyStream" | "html" }
  | { kind: "perMinute" | "perDay"; limit: number }
  | { kind: "exhausted"; window: "minute" | "day" }
  | { kind: "flaky"; every: number }
  | { kind: "flaky"; percent: number }
  | ({ kind: "slow"; delayMs: number } & Pace)
  | { kind: "silentMidStream" | "resetMidStream"; after: number }
  | { kind: "errorInStream"; after: number; form: "data" | "tail"; echo: boolean }
  | { kind: "replay"; file: string }
  /** Good answers, in these responses; a stream has one in each event. */
  | { kind: "says"; pieces: readonly object[]; everyMs?: number }
  | { kind: "redirect"; location: string };

/** A way's name. */
export type WayKind = Way["kind"];

/** A kind that has a short form. */
type ShortKind = Exclude<WayKind, "says">;

/** A way in one word: its name, then its arguments, joined by hyphens. */
export type ShortWay = ShortKind | `${ShortKind}-${string}`;

/** A way, spelt out or in short. */
export type WayLike = Way | ShortWay;

/** How a key behaves: always the same, or one way per call with the last repeating. */
export type KeyWays = WayLike | readonly WayLike[];

const PACED = ["ok", "gzip", "hostileHeaders", "eofWithoutFinish"] as const;
const BARE = [...REFUSALS, "silent", "emptyStream", "html"] as const;

/**
 * Reads a way from its short form.
 *
 * | short form | meaning |
 * | --- | --- |
 * | `ok`, `ok-8`, `ok-8-50`, `ok-8-50-65536` | events, ms between them, bytes of each; so too `gzip`, `hostileHeaders`, `eofWithoutFinish` |
 * | every name in {@link REFUSALS}, `silent`, `emptyStream`, `html` | no arguments |
 * | `perMinute-5`, `perDay-20` | a quota; without a number, 10 and 20 |
 * | `exhausted`, `exhausted-day` | a quota that is always used up |
 * | `flaky-3`, `flaky-percent-25` | 503 on every third call; on a quarter of them |
 * | `slow-200`, `slow-200-8-50` | ms before the first byte, then as for `ok` |
 * | `silentMidStream-2`, `resetMidStream-0` | after so many events |
 * | `errorInStream-2`, `errorInStream-2-tail-echo` | after so many events; without `data:`; with the key inside |
 * | `replay-errors/429-bare.json` | a file of `tests/fixtures/gemini` |
 * | `redirect-https://example.com/` | where to |
 *
 * @returns the way, or `undefined` when the word is none.
 */
export function parseWay(short: string): Way | undefined {
  const [kind = "", ...args] = short.split("-");
  const rest = short.slice(kind.length + 1);
  const number = (at: number, fallback: number) => wholeNumber(args[at]) ?? fallback;

  if (isOneOf(PACED, kind)) return { kind, ...paceOf(args) };
  if (isOneOf(BARE, kind)) return args.length === 0 ? { kind } : undefined;
  switch (kind) {
    case "perMinute":
      return { kind, limit: number(0, 10) };
    case "perDay":
      return { kind, limit: number(0, 20) };
    case "exhausted":
      return { kind, window: rest === "day" ? "day" : "minute" };
    case "flaky":
      return args[0] === "percent"
        ? { kind, percent: number(1, 50) }
        : { kind, every: number(0, 2) };
    case "slow":
      return { kind, delayMs: number(0, 1000), ...paceOf(args.slice(1)) };
    case "silentMidStream":
    case "resetMidStream":
      return { kind, after: number(0, 1) };
    case "errorInStream":
      return {
        kind,
        after: number(0, 1),
        form: args.includes("tail") ? "tail" : "data",
        echo: args.includes("echo"),
      };
    case "replay":
      return { kind, file: rest };
    case "redirect":
      return { kind, location: rest };
  }
  return undefined;
}

/**
 * Lists the ways of a key, each spelt out.
 *
 * @throws {TypeError} if the list is empty or a short form is unknown.
 */
export function wayList(ways: KeyWays): readonly Way[] {
  const list = (Array.isArray(ways) ? ways : [ways]) as readonly WayLike[];
  if (list.length === 0) throw new TypeError("Cannot set ways: expected at least one, found none");
  return list.map(wayFrom);
}

function wayFrom(like: WayLike): Way {
  if (typeof like !== "string") return like;
  const way = parseWay(like);
  if (way === undefined) throw new TypeError(`Cannot read way "${like}": it is not a known way`);
  return way;
}

function paceOf(args: readonly string[]): Pace {
  const [events, everyMs, eventBytes] = args.map(wholeNumber);
  return {
    ...(events === undefined ? {} : { events: Math.max(1, events) }),
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(eventBytes === undefined ? {} : { eventBytes }),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function isOneOf<T extends string>(list: readonly T[], word: string): word is T {
  return (list as readonly string[]).includes(word);
}
