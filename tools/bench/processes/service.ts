/**
 * Our service as `main.ts` builds it, except that its KV operations are counted.
 *
 * It reads the same settings. The counts are told on a port of their own, so that asking for them
 * costs the service nothing while it is measured.
 *
 * @module
 */

import { readConfig } from "../../../lib/config.ts";
import { createService } from "../../../main.ts";
import { countingKv } from "../counting_kv.ts";
import { announce, leaveWithParent, serveHere } from "./child.ts";

const config = readConfig(Deno.env.get.bind(Deno.env));
if (config.kv.kind !== "path") throw new TypeError("Cannot start: KV_PATH is not set");
const { kv, counts } = countingKv(await Deno.openKv(config.kv.path));

const service = await createService(kv, config);
for (const { everyMs, run } of service.chores) setInterval(run, everyMs);
announce({ origin: serveHere(service.handle), control: serveHere(() => Response.json(counts)) });
await leaveWithParent();
