/**
 * The upstream of a benchmark: the simulator with prebuilt answers.
 *
 * @module
 */

import { startSimulator } from "../../../tests/simulator/simulator.ts";
import { announce, leaveWithParent } from "./child.ts";

const { url } = await startSimulator({ fast: true });
announce({ origin: url });
await leaveWithParent();
