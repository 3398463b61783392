/**
 * Creates a simulator that lives in this process.
 *
 * @module
 */

import type { Simulator, SimulatorOptions } from "./contract.ts";
import { GeminiSimulator } from "./gemini_simulator.ts";

/** Creates a simulator; hand its `fetch` to what is tested. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  return new GeminiSimulator(options);
}
