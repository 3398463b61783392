/**
 * Serves while the app is being worked on: what changes is built again, and the server started again.
 *
 * Pages reload when the new server answers. What cannot be built is told, and the server that runs goes
 * on running.
 *
 * @module
 */

import { START_ARGUMENTS } from "../tests/support/start_command.ts";
import { writeAssets } from "./fresh/build_assets.ts";
import { manifestText } from "./fresh/manifest_text.ts";

const ROOT = new URL("../", import.meta.url);
const WATCHED = ["routes", "islands", "components", "static", "lib", "main.ts", "deno.json"];
/** Editors write a file in several steps. */
const SETTLE_MS = 80;

let server = await buildAndStart(null);
for await (const _ of changes()) server = await buildAndStart(server);

async function buildAndStart(running: Deno.ChildProcess | null): Promise<Deno.ChildProcess | null> {
  try {
    await writeManifest();
    const { buildId } = await writeAssets(ROOT, { dev: true });
    console.log(`dev: build ${buildId}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return running;
  }
  await stop(running);
  return new Deno.Command(Deno.execPath(), {
    args: [...START_ARGUMENTS, new URL("main.ts", ROOT).href],
  }).spawn();
}

/** Written only when it changes: the server's modules should not look newer than they are. */
async function writeManifest(): Promise<void> {
  const target = new URL("fresh.gen.ts", ROOT);
  const text = await manifestText(ROOT);
  if (await Deno.readTextFile(target) !== text) await Deno.writeTextFile(target, text);
}

async function stop(running: Deno.ChildProcess | null): Promise<void> {
  if (running === null) return;
  try {
    running.kill("SIGTERM");
  } catch (error) {
    // It has left by itself, and said why.
    if (!(error instanceof TypeError)) throw error;
  }
  await running.status;
}

/** One value for each burst of changes. */
async function* changes(): AsyncGenerator<void> {
  const paths = WATCHED.map((name) => new URL(name, ROOT)).filter(isThere).map(({ pathname }) =>
    pathname
  );
  let changed = Promise.withResolvers<void>();
  (async () => {
    for await (const { kind } of Deno.watchFs(paths)) if (kind !== "access") changed.resolve();
  })();
  while (true) {
    await changed.promise;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    changed = Promise.withResolvers();
    yield;
  }
}

function isThere(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
