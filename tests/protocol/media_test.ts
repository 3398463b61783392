import assert from "node:assert/strict";
import fc from "fast-check";
import {
  mediaSource,
  mimeTypeOfName,
  standardBase64,
  usualMimeType,
} from "../../lib/protocol/media.ts";

const inline = (mimeType: string, data: string) => ({
  kind: "inline",
  blob: { mimeType, data },
});

const DATA_URLS: [string, string, ReturnType<typeof inline>][] = [
  ["base64", "data:image/png;base64,iVBORw==", inline("image/png", "iVBORw==")],
  ["base64 without padding", "data:image/png;base64,iVBORw", inline("image/png", "iVBORw==")],
  ["base64 of the URL alphabet", "data:image/png;base64,-_-_", inline("image/png", "+/+/")],
  ["base64 in lines", "data:image/png;base64, iVBO\r\n\tRw== ", inline("image/png", "iVBORw==")],
  [
    "base64 that is percent-encoded",
    "data:image/png;base64,%2B%2f8%3D",
    inline("image/png", "+/8="),
  ],
  ["image/jpg", "data:image/jpg;base64,AAAA", inline("image/jpeg", "AAAA")],
  ["capitals", "DATA:Image/PNG;BASE64,AAAA", inline("image/png", "AAAA")],
  ["parameters", "data:text/plain;charset=utf-8;base64,AAAA", inline("text/plain", "AAAA")],
  ["no type", "data:;base64,AAAA", inline("text/plain", "AAAA")],
  ["plain text", "data:text/csv,a%2Cb", inline("text/csv", btoa("a,b"))],
  ["text that is not encoded", "data:,100% é", inline("text/plain", "MTAwJSDDqQ==")],
  ["commas in the data", "data:text/plain,a,b", inline("text/plain", btoa("a,b"))],
  ["bytes that are no UTF-8", "data:application/x;v=1,%ff%00", inline("application/x", "/wA=")],
];

for (const [what, url, source] of DATA_URLS) {
  Deno.test(`6.1 mediaSource() reads a data URL with ${what}`, () => {
    assert.deepEqual(mediaSource(url), source);
  });
}

for (
  const url of [
    "data:image/png;base64",
    "data:image/png;base64,",
    "data:image/png;base64,a.b",
    "data:image/png;base64,A",
    "data:image/png;base64,AA==AA",
    "data:,",
    "",
    "iVBORw0KGgo=",
    "file:///etc/passwd",
    "ftp://example.com/a.png",
    "//example.com/a.png",
    "files/../secret",
    " https://example.com/a.png",
  ]
) {
  Deno.test(`mediaSource() takes nothing from ${JSON.stringify(url)}`, () => {
    assert.deepEqual(mediaSource(url), { kind: "unknown" });
  });
}

const FILE = "https://generativelanguage.googleapis.com/v1beta/files/abc-123_x";

Deno.test("6.4 mediaSource() knows Google's files by their names and addresses", () => {
  assert.deepEqual(mediaSource("files/abc-123_x"), { kind: "google", uri: FILE });
  assert.deepEqual(mediaSource(FILE), { kind: "google", uri: FILE });
});

for (
  const uri of [
    "gs://bucket/a.png",
    "https://www.youtube.com/watch?v=9hE5-98ZeCg",
    "https://youtube.com/watch?v=9hE5-98ZeCg&t=10s",
    "https://m.youtube.com/shorts/9hE5-98ZeCg",
    "https://youtu.be/9hE5-98ZeCg",
  ]
) {
  Deno.test(`6.5 mediaSource() leaves ${uri} to Google, as it is`, () => {
    assert.deepEqual(mediaSource(uri), { kind: "google", uri });
  });
}

for (
  const url of [
    "https://example.com/a.png",
    "HTTP://example.com/a.png",
    "https://youtube.com.evil.example/watch?v=1",
    "https://evil.example/?https://www.youtube.com/watch?v=1",
    "https://generativelanguage.googleapis.com.evil.example/v1beta/files/abc",
    "https://generativelanguage.googleapis.com/v1beta/files/abc?key=1",
    "https://generativelanguage.googleapis.com/v1beta/models",
  ]
) {
  Deno.test(`6.2 mediaSource() leaves ${url} to whoever may fetch`, () => {
    assert.deepEqual(mediaSource(url), { kind: "remote", url });
  });
}

Deno.test("6.1 mediaSource() gives the bytes of any data URL", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
    const encoded = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const expected = inline("image/png", bytes.toBase64());

    assert.deepEqual(mediaSource(`data:image/png,${encoded}`), expected);
    assert.deepEqual(mediaSource(`data:image/png;base64,${bytes.toBase64()}`), expected);
  }));
});

Deno.test("6.1 standardBase64() gives the same for every way to write it", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    const standard = bytes.toBase64();
    const others = [
      standard,
      bytes.toBase64({ omitPadding: true }),
      bytes.toBase64({ alphabet: "base64url" }),
      standard.replace(/.{5}/g, "$&\r\n"),
    ];
    assert.deepEqual(new Set(others.map(standardBase64)), new Set([standard]));
  }));
});

Deno.test("standardBase64() is null for what is no base64", () => {
  for (const text of ["A", "AAAAA", "a.b", "é", "AA=A", "data:"]) {
    assert.equal(standardBase64(text), null, text);
  }
});

Deno.test("6.3 standardBase64() takes megabytes in its stride, whatever they hold", () => {
  const many = 8 * 1024 * 1024;

  assert.equal(standardBase64("A".repeat(many))?.length, many);
  assert.equal(standardBase64("=".repeat(many) + "A"), null);
  assert.equal(standardBase64(" ".repeat(many)), "");
});

Deno.test("6.5 mimeTypeOfName() reads the end of a name", () => {
  const types = { "a.PDF": "application/pdf", "b.tar.mp3": "audio/mp3", "c.wav": "audio/wav" };

  for (const [name, type] of Object.entries(types)) assert.equal(mimeTypeOfName(name), type);
});

Deno.test("mimeTypeOfName() is null for a name that tells nothing", () => {
  for (const name of ["", "pdf", ".", "a.", "a.pdf ", "a.xyz", "a.pdf/b", "a.valueOf"]) {
    assert.equal(mimeTypeOfName(name), null, name);
  }
});

Deno.test("6.1 usualMimeType() knows image/jpg under its usual name", () => {
  assert.equal(usualMimeType(" IMAGE/JPG "), "image/jpeg");
  assert.equal(usualMimeType("Image/WebP"), "image/webp");
});
