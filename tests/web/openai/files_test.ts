import assert from "node:assert/strict";
import { fetchFiles } from "../../../lib/web/openai/files.ts";

/** So many addresses. */
function urls(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `https://images.example/${n}.png`);
}

/** Files of so many characters of base64; it is noted how many were fetched, and at once. */
function aWeb(characters = 4) {
  const seen = { fetches: 0, open: 0, mostOpen: 0 };
  const fetchMedia = async (url: string) => {
    seen.fetches += 1;
    seen.mostOpen = Math.max(seen.mostOpen, ++seen.open);
    await Promise.resolve();
    seen.open -= 1;
    return { mimeType: `image/${url.at(-5)}`, base64: "A".repeat(characters) };
  };
  return { fetchMedia, seen };
}

Deno.test("fetchFiles() gives each file by its address, four at a time", async () => {
  const { fetchMedia, seen } = aWeb();

  const files = await fetchFiles(urls(16), fetchMedia);

  assert.deepEqual([...files.keys()], urls(16));
  assert.deepEqual(files.get("https://images.example/7.png"), {
    mimeType: "image/7",
    base64: "AAAA",
  });
  assert.deepEqual(seen, { fetches: 16, open: 0, mostOpen: 4 });
});

Deno.test("fetchFiles() fetches nothing when there are more than sixteen", async () => {
  const { fetchMedia, seen } = aWeb();

  await assert.rejects(fetchFiles(urls(17), fetchMedia), {
    code: "invalid_request",
    param: "messages",
    message: /it names 17 files of the web, the limit is 16/,
  });

  assert.equal(seen.fetches, 0);
});

Deno.test("fetchFiles() stops when the files are too large together", async () => {
  const { fetchMedia, seen } = aWeb(17 * 1024 * 1024);

  await assert.rejects(fetchFiles(urls(12), fetchMedia), {
    code: "invalid_request",
    message: /too large together/,
  });

  assert.equal(seen.fetches, 4);
});

Deno.test("fetchFiles() fails with the file that cannot be had", async () => {
  const failure = new Error("Cannot fetch it");

  await assert.rejects(fetchFiles(urls(2), () => Promise.reject(failure)), failure);
});
