/**
 * The service against the built-in simulator: a pool whose keys are good, dead and exhausted, a token,
 * and three commands to paste. Nothing leaves this machine and nothing is kept.
 *
 * @module
 */

import { newSecret } from "../lib/local_secrets.ts";
import { readConfig } from "../lib/config.ts";
import { builtAssets, createService, type Service } from "../main.ts";
import { type ShortWay, simKey, startSimulator } from "../tests/simulator/simulator.ts";

const WAYS: readonly ShortWay[] = [
  "ok",
  "invalid",
  "ok",
  "exhausted-day",
  "perMinute-10",
  "suspended",
  "ok",
  "flaky-2",
];

const simulator = await startSimulator({ pace: { events: 8, everyMs: 150 } });
const adminToken = newSecret("ADMIN_ACCESS_TOKEN");
const settings: Readonly<Record<string, string>> = {
  ADMIN_ACCESS_TOKEN: adminToken,
  ENCRYPTION_KEY: newSecret("ENCRYPTION_KEY"),
  GEMINI_API_BASE_URL: simulator.url,
};
const kv = await Deno.openKv(":memory:");
const service = await createService(kv, readConfig((name) => settings[name]), {
  assets: await builtAssets(),
});
const { token, poolId } = await createToken(service);
const server = serve(service);
const timers = service.chores.map(({ everyMs, run }) => setInterval(run, everyMs));
tell(`http://127.0.0.1:${server.addr.port}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    timers.forEach(clearInterval);
    service.endStreams();
    await server.shutdown();
    await service.settle();
    await simulator.stop();
    kv.close();
    Deno.exit(0);
  });
}

async function createToken({ handle }: Service): Promise<{ token: string; poolId: string }> {
  const keys = WAYS.map((way, index) => ({ secret: simKey(way, index + 1), label: way }));
  const answer = await handle(
    new Request("http://127.0.0.1/api/tokens", {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "demo", keys }),
    }),
  );
  if (answer.status !== 201) throw new Error(`no token was made: ${await answer.text()}`);
  return await answer.json();
}

/** On port 8000 or `PORT` if it is free, so that the commands look like the README's. */
function serve({ handle }: Service): Deno.HttpServer<Deno.NetAddr> {
  const wanted = Number(Deno.env.get("PORT") ?? 8000);
  const options = { hostname: "127.0.0.1", onListen: () => {} };
  try {
    return Deno.serve({ ...options, port: wanted }, handle);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    console.log(`Port ${wanted} is taken, so another one it is.`);
    return Deno.serve({ ...options, port: 0 }, handle);
  }
}

function tell(origin: string): void {
  const call = `${origin}/v1beta/models/gemini-3.6-flash`;
  const chat = `-d '{"model":"gemini-3.6-flash","stream":true,` +
    `"messages":[{"role":"user","content":"Hello from the demo"}]}'`;
  const prompt = `-d '{"contents":[{"parts":[{"text":"Hello from the demo"}]}]}'`;
  console.log(`
Gemini Key Rotator, against a simulated Gemini. The pool has ${WAYS.length} keys: ${
    WAYS.join(", ")
  }.
Paste these; ask a few times, and watch the keys.

1. A native call:
   curl -s '${call}:generateContent' -H 'x-goog-api-key: ${token}' ${prompt}

2. A native stream:
   curl -sN '${call}:streamGenerateContent?alt=sse' -H 'x-goog-api-key: ${token}' ${prompt}

3. The same as OpenAI's clients ask, base URL ${origin}/v1:
   curl -sN '${origin}/v1/chat/completions' -H 'authorization: Bearer ${token}' ${chat}

4. What the keys are doing:
   curl -s '${origin}/api/pools/${poolId}/keys' -H 'authorization: Bearer ${adminToken}'

Stop it with Ctrl-C. One line for each request follows.
`);
}
