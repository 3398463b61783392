/**
 * Boots the real server against the simulator, uses it, and stops it: under whichever Deno runs this.
 *
 * `deno task smoke` runs it here; CI also runs it under Deno 2.5.0, the version that Deno Deploy
 * documents.
 *
 * @module
 */

import assert from "node:assert/strict";
import { newSecret } from "../lib/local_secrets.ts";
import { simKey, startSimulator } from "../tests/simulator/simulator.ts";
import { NEUTRAL_ENVIRONMENT, START_ARGUMENTS } from "../tests/support/start_command.ts";

const READY_TRIES = 200;

const simulator = await startSimulator();
const directory = await Deno.makeTempDir();
const adminToken = newSecret("ADMIN_ACCESS_TOKEN");
const origin = `http://127.0.0.1:${freePort()}`;
const server = new Deno.Command(Deno.execPath(), {
  args: [...START_ARGUMENTS, new URL("../main.ts", import.meta.url).href],
  clearEnv: true,
  env: {
    ...NEUTRAL_ENVIRONMENT,
    ADMIN_ACCESS_TOKEN: adminToken,
    ENCRYPTION_KEY: newSecret("ENCRYPTION_KEY"),
    KV_PATH: `${directory}/kv.sqlite`,
    PORT: new URL(origin).port,
    GEMINI_API_BASE_URL: simulator.url,
  },
  stdout: "null",
}).spawn();

try {
  await untilReady();
  const token = await createToken();
  await answersInOnePiece(token);
  await answersInAStream(token);
  await answersAsOpenAiDoes(token);
  await showsPages();
  await refusesStrangers();
  server.kill("SIGTERM");
  const { code } = await server.status;
  assert.equal(code, 0, "the server stops by itself when it is asked to");
  console.log(
    `smoke: Deno ${Deno.version.deno} serves both dialects, streams, shows its pages, refuses and stops`,
  );
} finally {
  await stopAnyway();
  await simulator.stop();
  await Deno.remove(directory, { recursive: true });
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries++) {
    if (await isReady()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the server does not get ready");
}

async function isReady(): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/readyz`);
    await answer.body?.cancel();
    return answer.status === 200;
  } catch (error) {
    // Nobody listens yet.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function createToken(): Promise<string> {
  const answer = await fetch(`${origin}/api/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "smoke", keys: [simKey("invalid"), simKey("ok")] }),
  });
  assert.equal(answer.status, 201);
  return (await answer.json()).token;
}

async function answersInOnePiece(token: string): Promise<void> {
  const answer = await ask("generateContent", token);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /"finishReason": "STOP"/);
  assert.ok(answer.headers.get("x-request-id"));
}

async function showsPages(): Promise<void> {
  const signedIn = await fetch(`${origin}/admin/login`, {
    method: "POST",
    redirect: "manual",
    headers: { origin },
    body: new URLSearchParams({ token: adminToken }),
  });
  await signedIn.body?.cancel();
  const [cookie = ""] = signedIn.headers.getSetCookie()[0]?.split(";") ?? [];
  const overview = await fetch(`${origin}/admin`, { headers: { cookie } });
  assert.equal(overview.status, 200);
  assert.match(await overview.text(), /<h1>Overview<\/h1>/);
}

async function answersInAStream(token: string): Promise<void> {
  const answer = await ask("streamGenerateContent?alt=sse", token);
  const text = await answer.text();
  assert.equal(answer.status, 200);
  assert.ok(text.split("\r\n\r\n").length > 2, "several events come");
  assert.match(text, /"finishReason": ?"STOP"/);
}

async function answersAsOpenAiDoes(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const chat = { model: "gemini-3.6-flash", messages: [{ role: "user", content: "Hello" }] };
  const post = (path: string, body: unknown) =>
    fetch(`${origin}/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });

  const whole = await (await post("chat/completions", chat)).json();
  assert.match(whole.choices[0].message.content, /Hello/);
  const stream = await (await post("chat/completions", { ...chat, stream: true })).text();
  assert.match(stream, /"finish_reason":"stop"/);
  assert.match(stream, /data: \[DONE\]\n\n$/);
  const model = "gemini-embedding-001";
  const asked = { model, input: "Hello", dimensions: 128, encoding_format: "base64" };
  const embedded = await (await post("embeddings", asked)).json();
  assert.equal(Uint8Array.fromBase64(embedded.data[0].embedding).length, 4 * 128);
  const models = await (await fetch(`${origin}/v1/models/google%2Fgemini-3.6-flash`, { headers }))
    .json();
  assert.equal(models.id, "gemini-3.6-flash");
}

async function refusesStrangers(): Promise<void> {
  const answer = await ask("generateContent", `gkr_${"x".repeat(43)}`);
  await answer.body?.cancel();
  assert.equal(answer.status, 401);
}

function ask(call: string, token: string): Promise<Response> {
  return fetch(`${origin}/v1beta/models/gemini-3.6-flash:${call}`, {
    method: "POST",
    headers: { "x-goog-api-key": token, "content-type": "application/json" },
    body: JSON.stringify({ contents: [{ parts: [{ text: "Hello" }] }] }),
  });
}

async function stopAnyway(): Promise<void> {
  try {
    server.kill("SIGKILL");
  } catch (error) {
    // It has stopped already, as it should.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
  await server.status;
}
