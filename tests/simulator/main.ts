/**
 * The simulator as a process of its own; prints its URL and serves until told to stop.
 *
 *     deno run -A tests/simulator/main.ts --port 8081 --fast --events 8 --every-ms 50
 *
 * @module
 */

import { parseArgs } from "node:util";
import { startSimulator } from "./simulator.ts";

const { values } = parseArgs({
  options: {
    "port": { type: "string", default: "0" },
    "fast": { type: "boolean", default: false },
    "events": { type: "string", default: "4" },
    "every-ms": { type: "string", default: "0" },
    "event-bytes": { type: "string", default: "0" },
  },
});

const simulator = await startSimulator({
  port: Number(values.port),
  fast: values.fast,
  pace: {
    events: Number(values.events),
    everyMs: Number(values["every-ms"]),
    eventBytes: Number(values["event-bytes"]),
  },
});
console.log(simulator.url);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    await simulator.stop();
    Deno.exit(0);
  });
}
