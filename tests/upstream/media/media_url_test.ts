import assert from "node:assert/strict";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { readMediaUrl } from "../../../lib/upstream/media/media_url.ts";

const HOSTS = ["images.example.com", "*.files.example"];

function refusalOf(url: string, hosts: readonly string[] = HOSTS): string {
  try {
    return `took ${readMediaUrl(url, hosts).host}`;
  } catch (error) {
    assert.ok(error instanceof RotatorError);
    assert.equal(error.code, "invalid_request");
    return error.message;
  }
}

Deno.test("readMediaUrl() gives host, path and query, and forgets the fragment", () => {
  assert.deepEqual(readMediaUrl("https://images.example.com/a%20b/ü.png?sig=1&x#part", HOSTS), {
    host: "images.example.com",
    path: "/a%20b/%C3%BC.png?sig=1&x",
  });
  assert.deepEqual(readMediaUrl("https://images.example.com", HOSTS), {
    host: "images.example.com",
    path: "/",
  });
});

Deno.test("readMediaUrl() knows an allowed host in every spelling that the parser takes for it", () => {
  for (
    const url of [
      "HTTPS://IMAGES.Example.COM/a",
      "https://images.example.com:443/a",
      "https://ｉmages．example。com/a",
      "https:\\\\images.example.com\\a",
      " https://images.example.com/a\n",
    ]
  ) assert.deepEqual(readMediaUrl(url, HOSTS), { host: "images.example.com", path: "/a" }, url);
});

Deno.test("readMediaUrl() takes names below a domain with a star, and not the domain", () => {
  assert.equal(readMediaUrl("https://a.files.example/", HOSTS).host, "a.files.example");
  assert.equal(readMediaUrl("https://a.b.files.example/", HOSTS).host, "a.b.files.example");
  for (const host of ["files.example", "evilfiles.example", "a.files.example.evil.example"]) {
    assert.match(refusalOf(`https://${host}/`), /are not fetched here/, host);
  }
});

Deno.test("readMediaUrl() compares hosts of other scripts in their ASCII form", () => {
  const hosts = ["xn--bcher-kva.example"];

  assert.equal(readMediaUrl("https://BÜCHER.example/", hosts).host, "xn--bcher-kva.example");
  assert.match(refusalOf("https://bucher.example/", hosts), /are not fetched here/);
});

Deno.test("readMediaUrl() refuses hosts that only look like an allowed one", () => {
  for (
    const host of [
      ...["images.example.com.", "images.example.com..", "aimages.example.com", "example.com"],
      ...["images.example.com.evil.example", "xn--mages-n4a.example.com", "іmages.example.com"],
      ...["images-example.com", "images.example.co", "a.files.example."],
    ]
  ) assert.match(refusalOf(`https://${host}/`), /are not fetched here/, host);
});

Deno.test("readMediaUrl() refuses other schemes, ports, users, and what is no URL", () => {
  for (
    const url of [
      ...["http://images.example.com/", "ftp://images.example.com/", "file:///etc/passwd"],
      ...["gopher://images.example.com/", "data:image/png;base64,AA==", "blob:https://a.example/1"],
      ...["https://images.example.com:80/", "https://images.example.com:8443/"],
      ...["https://me@images.example.com/", "https://me:pw@images.example.com/"],
      ...[
        "https://:pw@images.example.com/",
        "",
        "images.example.com/a.png",
        "//images.example.com",
      ],
      ...["https://", "https://images example.com/", "https://images.example.com:99999/"],
      `https://images.example.com/${"a".repeat(8_192)}`,
    ]
  ) assert.match(refusalOf(url), /^Cannot fetch a file: expected an https URL/, url.slice(0, 80));
});

Deno.test("readMediaUrl() refuses every host when none is allowed", () => {
  assert.equal(
    refusalOf("https://images.example.com/a.png", []),
    'Cannot fetch the file at "images.example.com": files of this host are not fetched here; ' +
      "send the file as a data URL instead",
  );
});

Deno.test("readMediaUrl() never repeats more of a URL than its host", () => {
  for (
    const url of [
      "https://other.example/hidden?hidden=hidden#hidden",
      "http://images.example.com/hidden",
      "https://hidden:hidden@images.example.com/",
      "https://images.example.com:1/hidden",
      "hidden",
    ]
  ) assert.doesNotMatch(refusalOf(url), /hidden/);
});
