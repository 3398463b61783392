/**
 * The client of a benchmark: runs the loads it is told to run, one at a time.
 *
 * @module
 */

import { type LoadOrder, runLoad } from "../load.ts";
import { announce, leaveWithParent, serveHere } from "./child.ts";

const origin = serveHere(async (request) => {
  const order = await request.json() as LoadOrder;
  return Response.json(await runLoad(order));
});
announce({ origin });
await leaveWithParent();
