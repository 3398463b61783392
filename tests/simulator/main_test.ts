import { match, strictEqual as equal } from "node:assert";
import { simKey } from "./simulator.ts";

const MAIN = new URL("main.ts", import.meta.url).href;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`the process prints its URL, serves, and leaves on ${signal}`, async () => {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", MAIN, "--port", "0", "--events", "2"],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = process.stdout.getReader();
    const url = new TextDecoder().decode((await output.read()).value).trim();

    const response = await fetch(`${url}/v1beta/models`, {
      headers: { "x-goog-api-key": simKey("ok") },
    });
    await response.body?.cancel();
    process.kill(signal);
    const { code } = await process.status;
    await output.cancel();

    match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    equal(response.status, 200);
    equal(code, 0);
  });
}
