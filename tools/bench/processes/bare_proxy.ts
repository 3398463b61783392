/**
 * The least a proxy can do in Deno: swap the key, pass everything else through.
 *
 *     deno run -A tools/bench/processes/bare_proxy.ts http://127.0.0.1:8081 '{"token":"key"}'
 *
 * @module
 */

import { announce, leaveWithParent, serveHere } from "./child.ts";

const [upstream = "", keysByToken = "{}"] = Deno.args;
const keys: Readonly<Record<string, string>> = JSON.parse(keysByToken);

async function pass(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("x-goog-api-key", keys[headers.get("x-goog-api-key") ?? ""] ?? "");
  headers.delete("host");
  const { pathname, search } = new URL(request.url);
  const response = await fetch(upstream + pathname + search, {
    method: request.method,
    headers,
    body: request.body,
    redirect: "manual",
  });

  // `fetch` has decoded the body, but its headers still tell of what came over the wire.
  const back = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) back.delete(name);
  return new Response(response.body, { status: response.status, headers: back });
}

announce({ origin: serveHere(pass) });
await leaveWithParent();
