/**
 * A small, faithful Gemini for tests, the demo and the benchmark.
 *
 * Keys behave by name (`simKey("perDay-20")`) or by script (`setWays`). What Google would
 * refuse is refused (`request_rules`); what a prompt asks for is answered (`asked_speech.ts`).
 * The simulator counts what reaches it, so that a wasted call or a stream left open shows.
 *
 * @module
 */

export type {
  CallCounts,
  ReceivedRequest,
  RunningSimulator,
  Simulator,
  SimulatorOptions,
} from "./contract.ts";
export { createSimulator } from "./create.ts";
export { startSimulator } from "./start.ts";
export { type KeyKind, simKey, wayOf } from "./sim_keys.ts";
export { type KeyWays, parseWay, REFUSALS, type ShortWay, type Way } from "./ways.ts";
