/**
 * Starts a simulator that listens on loopback.
 *
 * @module
 */

import type { RunningSimulator, SimulatorOptions } from "./contract.ts";
import { GeminiSimulator } from "./gemini_simulator.ts";

/**
 * Starts a simulator.
 *
 * @param options as for `createSimulator`; `port` is any free one unless given.
 */
export function startSimulator(
  { port = 0, signal, ...options }: SimulatorOptions & { port?: number } = {},
): Promise<RunningSimulator> {
  const stopping = new AbortController();
  const closing = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  const simulator = new GeminiSimulator({ ...options, signal: closing });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, signal: closing, onListen: () => {} },
    (request) => simulator.handle(request),
  );
  const stop = async () => {
    stopping.abort();
    await server.finished;
  };
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Promise.resolve(Object.assign(simulator, { url, stop }));
}
