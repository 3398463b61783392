import assert from "node:assert/strict";
import { mediaTypeOf } from "../../../lib/upstream/media/media_type.ts";
import { BEGINNINGS, bytesOf } from "./beginnings.ts";

for (const [mimeType, bytes] of BEGINNINGS) {
  Deno.test(`mediaTypeOf() tells ${mimeType} from every other type by its first bytes`, () => {
    const type = mediaTypeOf(mimeType);
    const others = BEGINNINGS.filter(([other]) => other !== mimeType);

    assert.equal(type?.mimeType, mimeType);
    assert.ok(type?.begins(bytes));
    assert.deepEqual(others.filter(([, other]) => type?.begins(other)), []);
  });
}

Deno.test("mediaTypeOf() reads the name without parameters, in any case", () => {
  for (const name of ["image/png; charset=binary", " IMAGE/PNG ", "image/png;"]) {
    assert.equal(mediaTypeOf(name)?.mimeType, "image/png", name);
  }
});

Deno.test("mediaTypeOf() gives other names of a type as Gemini knows it", () => {
  const names = [
    ["image/jpg", "image/jpeg"],
    ["audio/x-wav", "audio/wav"],
    ["audio/wave", "audio/wav"],
    ["audio/vnd.wave", "audio/wav"],
    ["audio/x-flac", "audio/flac"],
    ["audio/mp3", "audio/mp3"],
    ["image/heif", "image/heif"],
  ] as const;

  assert.deepEqual(names.map(([name]) => mediaTypeOf(name)?.mimeType), names.map(([, own]) => own));
});

Deno.test("mediaTypeOf() takes MP3 with a tag, GIF of both years and HEIF by its general brand", () => {
  const files = [
    ["audio/mp3", "ID3\x04\0\0"],
    ["audio/mpeg", "\xff\xf3\x40\xc4"],
    ["image/gif", "GIF87a"],
    ["image/heif", "\0\0\0\x18ftypmif1\0\0\0\0"],
    ["video/mp4", "\0\0\0\x18ftypmp42\0\0\0\0"],
  ] as const;

  const foreign = files.filter(([name, head]) => !mediaTypeOf(name)?.begins(bytesOf(head)));

  assert.deepEqual(foreign, []);
});

Deno.test("mediaTypeOf() takes nothing that a browser runs, nothing unnamed and nothing general", () => {
  for (
    const name of [
      ...["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/plain"],
      ...["application/javascript", "application/json", "application/octet-stream", "image/*"],
      ...["", "png", "image/png, text/html", "__proto__", "constructor", "image/png text/html"],
    ]
  ) assert.equal(mediaTypeOf(name), null, name);
  assert.equal(mediaTypeOf(null), null);
});

Deno.test("mediaTypeOf() refuses beginnings that are cut, late or a page", () => {
  const heads = [
    "",
    "\x89PNG",
    " \x89PNG\r\n\x1a\n",
    "<html>",
    "<svg xmlns=",
    "\xef\xbb\xbf<!doctype",
  ];

  for (const [name] of BEGINNINGS) {
    assert.deepEqual(heads.filter((head) => mediaTypeOf(name)?.begins(bytesOf(head))), [], name);
  }
});
