/**
 * Every KV that the contracts of storage are tried on.
 *
 * @module
 */

import { openStorage } from "../../lib/storage/storage.ts";
import type { Kv } from "../../lib/storage/kv.ts";
import { handClock } from "../support/hand_clock.ts";
import { memoryKv } from "../support/kv.ts";
import { named, type NamedStorage } from "../support/storage.ts";

/** Storage as two processes see it. */
export interface TwoProcesses {
  readonly here: NamedStorage;
  readonly there: NamedStorage;
}

interface Opened {
  readonly kvs: readonly [Kv, Kv];
  close(): Promise<void> | void;
}

/** A place to keep things, and how to open it. */
interface Place {
  readonly name: string;
  readonly isAbsent?: boolean;
  open(): Promise<Opened> | Opened;
}

const connectUrl = Deno.env.get("TEST_KV_URL");

const PLACES: readonly Place[] = [
  {
    name: "the memory of a test",
    open() {
      const kv = memoryKv();
      return { kvs: [kv, kv], close() {} };
    },
  },
  {
    name: "KV in memory",
    async open() {
      const kv = await Deno.openKv(":memory:");
      return { kvs: [kv, kv], close: () => kv.close() };
    },
  },
  {
    name: "two handles on one KV file",
    async open() {
      const directory = await Deno.makeTempDir();
      const path = `${directory}/kv.sqlite`;
      const [here, there] = [await Deno.openKv(path), await Deno.openKv(path)];
      return {
        kvs: [here, there],
        async close() {
          here.close();
          there.close();
          await Deno.remove(directory, { recursive: true });
        },
      };
    },
  },
  {
    name: "KV Connect",
    isAbsent: connectUrl === undefined,
    async open() {
      const kv = await Deno.openKv(connectUrl);
      return { kvs: [kv, kv], close: () => kv.close() };
    },
  },
];

/** Registers a test of one promise for each place. */
export function promise(fact: string, test: (storage: TwoProcesses) => Promise<void>): void {
  for (const { name, isAbsent = false, open } of PLACES) {
    Deno.test({
      name: `${fact} (${name})`,
      ignore: isAbsent,
      async fn() {
        const { kvs: [here, there], close } = await open();
        await test({ here: await aProcess(here), there: await aProcess(there) });
        await close();
      },
    });
  }
}

/** The same key every time: KV Connect remembers the run before. */
const masterKeys = { current: new Uint8Array(32).fill(7) };

async function aProcess(kv: Kv): Promise<NamedStorage> {
  const clock = { ...handClock(), sleep: pause };
  return named(await openStorage(kv, { masterKeys, changed: { pool() {}, token() {} }, clock }));
}

/** Two handles on one file need real pauses: each finds the other's transaction in its way. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
