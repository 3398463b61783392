/**
 * KV for tests: one in plain memory, exact and without a thread of its own, and a wrapper that is
 * slow, fails or loses races when a test says so.
 *
 * @module
 */

import type { Kv } from "../../lib/storage/kv.ts";

/** What a test can see happening to a KV. */
export type KvOperation = "get" | "getMany" | "list" | "commit";

/**
 * What may go wrong: the operation fails, the race of a commit is lost, SQLite is locked, or a commit
 * fails though it was written.
 */
export type Trouble = "error" | "lost" | "locked" | "error_after";

/** Called before an operation, which waits for it; what it returns happens to the operation. */
export type Meddle = (
  operation: KvOperation,
) => Trouble | null | undefined | void | Promise<Trouble | null | undefined | void>;

/** A KV that counts, and does what it is told. */
export interface FaultyKv extends Kv {
  /** How often each operation was asked for. */
  readonly counts: Record<KvOperation, number>;
  /** How many `set`, `delete`, `sum` and `max` were committed or tried. */
  mutations: number;
  /** May be replaced at any time. */
  meddle: Meddle;
  /** Waited for after an operation, before its result is told. May be replaced at any time. */
  hold: (operation: KvOperation) => void | Promise<void>;
}

/** The same KV, with `meddle` asked before each operation. */
export function faultyKv(kv: Kv, meddle: Meddle = () => {}): FaultyKv {
  const faulty: FaultyKv = {
    counts: { get: 0, getMany: 0, list: 0, commit: 0 },
    mutations: 0,
    meddle,
    hold: () => {},
    get: (key, options) => before("get", () => kv.get(key, options)),
    getMany: (keys, options) => before("getMany", () => kv.getMany(keys, options)),
    list(selector, options) {
      const entries = kv.list(selector, options);
      const next = entries.next.bind(entries);
      let isBegun = false;
      entries.next = () => {
        if (isBegun) return next();
        isBegun = true;
        return before("list", next);
      };
      return entries as never;
    },
    atomic() {
      const operation = kv.atomic();
      const commit = operation.commit.bind(operation);
      const set = operation.set.bind(operation);
      const remove = operation.delete.bind(operation);
      operation.set = (...args) => {
        faulty.mutations += 1;
        return set(...args);
      };
      operation.delete = (...args) => {
        faulty.mutations += 1;
        return remove(...args);
      };
      const sum = operation.sum.bind(operation);
      const max = operation.max.bind(operation);
      operation.sum = (...args) => {
        faulty.mutations += 1;
        return sum(...args);
      };
      operation.max = (...args) => {
        faulty.mutations += 1;
        return max(...args);
      };
      operation.commit = () => before("commit", commit);
      return operation;
    },
  };

  async function before<T>(operation: KvOperation, work: () => Promise<T>): Promise<T> {
    faulty.counts[operation] += 1;
    const trouble = await faulty.meddle(operation);
    if (trouble === "error") throw new Error(`KV is out of order: ${operation}`);
    if (trouble === "locked" && operation === "commit") throw new TypeError("database is locked");
    if (trouble === "lost" && operation === "commit") return { ok: false } as T;
    const result = await work();
    await faulty.hold(operation);
    if (trouble === "error_after") throw new Error(`KV went out of order: ${operation}`);
    return result;
  }

  return faulty;
}

/** Fails, loses or delays only while the condition holds. */
export function only(operation: KvOperation, times: number, trouble: Trouble): Meddle {
  let left = times;
  return (asked) => asked === operation && left-- > 0 ? trouble : null;
}

interface Entry {
  readonly key: Deno.KvKey;
  readonly value: unknown;
  readonly versionstamp: string;
}

/** What an address is compared and found by: strings first, as everywhere in KV. */
function nameOf(key: Deno.KvKey): string {
  return key.map((part) => `${typeof part === "string" ? "s" : "t"}${String(part)}\u0000`).join("");
}

/** Tells whether a selector means an address. */
function selection(selector: Deno.KvListSelector): (name: string) => boolean {
  const { prefix = [], start, end } = selector as Partial<Record<string, Deno.KvKey>>;
  const [under, from] = [nameOf(prefix), nameOf(start ?? prefix)];
  const before = end === undefined ? null : nameOf(end);
  return (name) =>
    name.startsWith(under) && name >= from && name !== (start ? null : under) &&
    (before === null || name < before);
}

/**
 * A KV in plain memory. It needs no thread, so a test on a hand clock knows when it has settled;
 * entries never expire. The contracts in `tests/contracts` hold for it as for Deno's own.
 */
export function memoryKv(): Kv {
  const entries = new Map<string, Entry>();
  let commits = 0;

  const read = (key: Deno.KvKey) =>
    entries.get(nameOf(key)) ?? { key, value: null, versionstamp: null };

  function listed(selector: Deno.KvListSelector, cursor: string): Entry[] {
    const isSelected = selection(selector);
    return [...entries]
      .filter(([name]) => name > cursor && isSelected(name))
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([, entry]) => entry);
  }

  return {
    get: (key: Deno.KvKey) => Promise.resolve(read(key) as never),
    getMany: (keys: readonly Deno.KvKey[]) => Promise.resolve(keys.map(read) as never),
    list(selector: Deno.KvListSelector, { limit = Infinity, cursor = "", reverse = false } = {}) {
      let found: Entry[] | null = null;
      let last = cursor;
      return {
        get cursor() {
          return last;
        },
        next() {
          const inOrder = () => listed(selector, reverse ? "" : cursor);
          found ??= (reverse ? inOrder().reverse() : inOrder()).slice(0, limit);
          const entry = found.shift();
          if (entry !== undefined) last = nameOf(entry.key);
          return Promise.resolve({ done: entry === undefined, value: entry });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      } as never;
    },
    atomic() {
      const checks: Deno.AtomicCheck[] = [];
      const writes: (() => void)[] = [];
      let versionstamp = "";
      const grow = (key: Deno.KvKey, change: (known: bigint) => bigint) => {
        writes.push(() => {
          const { value } = read(key);
          if (value !== null && !(value instanceof Deno.KvU64)) {
            throw new TypeError("Failed to perform a mutation on a non-U64 value in the database");
          }
          const grown = new Deno.KvU64(change(value?.value ?? 0n));
          entries.set(nameOf(key), { key, value: grown, versionstamp });
        });
        return operation;
      };
      const operation = {
        check(...more: Deno.AtomicCheck[]) {
          checks.push(...more);
          return operation;
        },
        set(key: Deno.KvKey, value: unknown) {
          writes.push(() => entries.set(nameOf(key), { key, value, versionstamp }));
          return operation;
        },
        delete(key: Deno.KvKey) {
          writes.push(() => entries.delete(nameOf(key)));
          return operation;
        },
        sum: (key: Deno.KvKey, amount: bigint) => grow(key, (known) => known + amount),
        max: (key: Deno.KvKey, amount: bigint) =>
          grow(key, (known) => known > amount ? known : amount),
        commit() {
          const holds = checks.every((check) =>
            read(check.key).versionstamp === check.versionstamp
          );
          if (!holds) return Promise.resolve({ ok: false });
          versionstamp = String(++commits).padStart(20, "0");
          for (const write of writes) write();
          return Promise.resolve({ ok: true, versionstamp });
        },
      };
      return operation as unknown as Deno.AtomicOperation;
    },
  };
}

/** Everything that is stored, for whoever wants to search it. */
export async function dumpKv(kv: Pick<Deno.Kv, "list">): Promise<string> {
  const lines: string[] = [];
  for await (const { key, value } of kv.list({ prefix: [] })) {
    const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
    lines.push(`${JSON.stringify(key)} ${text}`);
  }
  return lines.join("\n");
}
