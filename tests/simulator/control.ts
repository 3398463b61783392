/**
 * Steers a simulator in another process, over its own HTTP.
 *
 * | request | effect |
 * | --- | --- |
 * | `GET /__simulator/keys` | counts of every key, by secret |
 * | `PUT /__simulator/keys/{secret}` | sets ways: JSON of a way, of a list, or `{"ways":…,"project":…}` |
 * | `POST /__simulator/reset` | forgets calls, requests, quotas and set ways |
 *
 * @module
 */

import type { Simulator } from "./contract.ts";
import type { KeyWays } from "./ways.ts";

const PREFIX = "/__simulator/";

/** Answers a request for the control plane; `undefined` when it is for Gemini. */
export async function control(simulator: Simulator, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [subject, secret] = pathname.slice(PREFIX.length).split("/");

  switch (`${request.method} ${subject}`) {
    case "GET keys":
      return Response.json(simulator.callsByKey());
    case "PUT keys":
      return await setKey(simulator, decodeURIComponent(secret ?? ""), request);
    case "POST reset":
      simulator.reset();
      return new Response(null, { status: 204 });
  }
  return new Response("Not found\n", { status: 404 });
}

/** Whether a URL is one of the control plane. */
export function isControl(url: string): boolean {
  return url.includes(PREFIX);
}

async function setKey(simulator: Simulator, secret: string, request: Request): Promise<Response> {
  try {
    const wanted = await request.json() as KeyWays | { ways?: KeyWays; project?: string };
    const { ways, project } = isWays(wanted) ? { ways: wanted, project: undefined } : wanted;
    if (ways !== undefined) simulator.setWays(secret, ways);
    if (project !== undefined) simulator.setProject(secret, project);
    return new Response(null, { status: 204 });
  } catch (error) {
    return new Response(`${(error as Error).message}\n`, { status: 400 });
  }
}

function isWays(wanted: object | string): wanted is KeyWays {
  return typeof wanted === "string" || Array.isArray(wanted) || "kind" in wanted;
}
