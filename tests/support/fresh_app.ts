/**
 * The small app of `tests/fixtures/fresh_app`, for tests of `lib/fresh` and of the build.
 *
 * @module
 */

import { type Assets, loadAssets } from "../../lib/fresh/assets.ts";
import { createApp } from "../../lib/fresh/create_app.ts";
import { buildAssets } from "../../tools/fresh/build_assets.ts";
import manifest from "../fixtures/fresh_app/fresh.gen.ts";

/** Where the app is. */
export const FRESH_APP = new URL("../fixtures/fresh_app/", import.meta.url);

/** The app, asked by path; `reported` is what it told the operator. */
export function aFreshApp({ assets }: { assets?: Assets } = {}) {
  const reported: unknown[] = [];
  const answer = createApp<{ user: string }>(manifest, {
    ...(assets === undefined ? {} : { assets }),
    report: (error) => reported.push(error),
  });
  const ask = (path: string, init: RequestInit = {}) =>
    answer(new Request(`http://app.example${path}`, init), { user: "ada" });
  return { ask, answer, reported };
}

/** What browsers load of the app. Not for use inside a test: esbuild goes on until the process ends. */
export async function builtAssets({ dev = false } = {}): Promise<Assets> {
  const { list, read } = await buildAssets(FRESH_APP, { dev });
  return await loadAssets(list, read);
}
