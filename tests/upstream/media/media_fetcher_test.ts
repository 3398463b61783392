import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { createMediaFetcher } from "../../../lib/upstream/media/media_fetcher.ts";
import type { FileAnswer, FilePlace } from "../../../lib/upstream/media/open_file.ts";
import type { Line } from "../../../lib/upstream/wire.ts";
import { until } from "../../simulator/until.ts";
import { settled } from "../../support/hand_clock.ts";
import { SweepClock } from "../../support/sweep_clock.ts";
import { bytesOf, PNG } from "./beginnings.ts";
import { HOST, type TlsServer, withTlsServer } from "./tls_server.ts";

const URL_OF_FILE = `https://${HOST}/private/path.png?secret=1`;
const PUBLIC = "93.184.216.34";
const MEBIBYTE = 1_048_576;
const REST = bytesOf("the rest");

interface Outside {
  readonly hosts?: readonly string[];
  /** What every host resolves to. */
  readonly addresses?: () => Promise<readonly string[]>;
  /** What every server answers, besides what is good about it. */
  readonly answer?: (line: Line) => Promise<Partial<FileAnswer>>;
}

/** A fetcher in a world where names and servers answer like this. */
function aFetcher(
  {
    hosts = [HOST],
    addresses = () => Promise.resolve([PUBLIC]),
    answer = () => Promise.resolve({}),
  }: Outside = {},
) {
  const clock = new SweepClock();
  const looked: string[] = [];
  const opened: FilePlace[] = [];
  const lines: Line[] = [];
  const fetchMedia = createMediaFetcher({
    hosts,
    deadlines: clock.deadlines,
    async lookup(host) {
      looked.push(host);
      return (await addresses()).map((address) => ({ address }));
    },
    async open(place, line) {
      opened.push(place);
      lines.push(line);
      return { ...GOOD, ...await answer(line) };
    },
  });
  return { fetchMedia, clock, looked, opened, lines };
}

const GOOD: FileAnswer = {
  status: 200,
  contentType: "image/png",
  contentBytes: NaN,
  body: bodyOf(PNG),
};

/** A body that can be read more than once. */
function bodyOf(...pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ReadableStream.from(pieces)[Symbol.asyncIterator]() };
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** The message of a refusal, which says nothing that a client should not know. */
async function refusalOf(fetching: Promise<unknown>): Promise<string> {
  const error = await fetching.then(() => assert.fail("a file came"), (error: unknown) => error);
  assert.ok(error instanceof RotatorError, String(error));
  assert.equal(error.code, "invalid_request");
  assert.doesNotMatch(error.message, /private|secret|path|[?]|\b\d+\.\d+\.\d+\.\d+|::/);
  return error.message;
}

Deno.test("createMediaFetcher() hands over a file with its type, from the address that was checked", async () => {
  const { fetchMedia, clock, looked, opened, lines } = aFetcher({
    addresses: () => Promise.resolve([PUBLIC, "2606:4700::1111"]),
    answer: () => Promise.resolve({ contentType: "image/PNG; q=1", body: bodyOf(PNG, REST) }),
  });

  const { mimeType, base64 } = await fetchMedia(URL_OF_FILE);

  assert.equal(mimeType, "image/png");
  assert.equal(base64, btoa(latin1(PNG) + latin1(REST)));
  assert.deepEqual(looked, [HOST]);
  assert.deepEqual(opened, [{ host: HOST, path: "/private/path.png?secret=1", address: PUBLIC }]);
  assert.deepEqual([lines[0]?.isHungUp, clock.isTicking], [true, false]);
});

Deno.test("createMediaFetcher() keeps every byte, however the file is cut into pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      async (pieces) => {
        const all = Uint8Array.from({ length: 256 }, (_, at) => at);
        const sent = [PNG, all, ...pieces];
        const { fetchMedia } = aFetcher({
          answer: () => Promise.resolve({ body: bodyOf(...sent) }),
        });

        const { base64 } = await fetchMedia(URL_OF_FILE);

        assert.equal(base64, btoa(sent.map(latin1).join("")));
      },
    ),
    { numRuns: 50 },
  );
});

const SPELLINGS = [
  ...["https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/"],
  ...["https://0x7f000001/", "https://0x7f.0.0.1/", "https://0X7F.1/", "https://0177.0.0.1/"],
  ...["https://017700000001/", "https://127.000.000.001/", "https://127.0.0.1./"],
  ...["https://127.1./", "https://127.8.9.10/", "https://0.0.0.0/", "https://0/", "https://0x0/"],
  ...[
    "https://①②⑦.⓪.⓪.①/",
    "https://１２７。０。０。１/",
    "https://127%2e0%2e0%2e1/",
    "https://[::1]/",
  ],
  ...["https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/"],
  ...["https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/"],
  ...["https://[2002:7f00:1::]/", "https://169.254.169.254/latest/meta-data/"],
  ...["https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/"],
  ...["https://169.254.43518/", "https://[fd00:ec2::254]/", "https://[::ffff:a9fe:a9fe]/"],
  ...["https://[fe80::1]/", "https://100.100.100.200/", "https://10.0.0.1/"],
  ...["https://192.168.0.1/", "https://172.16.0.1/", "https://255.255.255.255/"],
];

for (const url of SPELLINGS) {
  Deno.test(`createMediaFetcher() does not connect to ${url}, whatever the list says`, async () => {
    const { hostname } = new URL(url);
    const literal = hostname.replace(/^\[|\]$|\.$/g, "");
    const addresses = () => Promise.resolve([literal]);
    const usual = aFetcher({ hosts: [HOST, "*.example.com"], addresses });
    const mistaken = aFetcher({ hosts: [hostname], addresses });

    await refused(usual.fetchMedia(url));
    await refused(mistaken.fetchMedia(url));

    assert.deepEqual([usual.looked, usual.opened, mistaken.opened], [[], [], []]);
  });
}

async function refused(fetching: Promise<unknown>): Promise<void> {
  await assert.rejects(
    fetching,
    (error) => error instanceof RotatorError && error.code === "invalid_request",
  );
}

for (
  const url of [
    ...["https://localhost/", "https://localhost./", "https://ip6-localhost/"],
    ...["https://metadata.google.internal/", "https://metadata.google.internal./"],
    ...["https://metadata/", "https://kubernetes.default.svc/", "https://127.0.0.1.nip.io/"],
    ...["https://example.com/", "https://images.example.com.evil.example/"],
    ...["https://images.example.com./", "http://images.example.com/"],
    ...["https://images.example.com:8443/", "file:///etc/passwd"],
    ...["https://images.example.com@127.0.0.1/", "https://images.example.com:443@evil.example/"],
    ...["https://user:pw@images.example.com/", "https://127.0.0.1#@images.example.com/"],
    ...["https://127.0.0.1\\@images.example.com/", "https://127.0.0.1?@images.example.com/"],
    ...["gopher://images.example.com/", "https://images.example.com%00.evil.example/", "https:///"],
  ]
) {
  Deno.test(`createMediaFetcher() looks up nothing and calls nobody for ${url}`, async () => {
    const { fetchMedia, looked, opened, clock } = aFetcher();

    await refused(fetchMedia(url));

    assert.deepEqual([looked, opened, clock.isTicking], [[], [], false]);
  });
}

for (
  const [what, addresses] of [
    ["this machine", ["127.0.0.1"]],
    ["this machine by IPv6", ["::1"]],
    ["a metadata service", ["169.254.169.254"]],
    ["a public address and a private one", [PUBLIC, "10.0.0.1"]],
    ["a public address and this machine by IPv6", [PUBLIC, "::1"]],
    ["a private address before a public one", ["192.168.1.1", PUBLIC]],
    ["a private address that is mapped", [PUBLIC, "::ffff:10.0.0.1"]],
    ["a local address with a zone", ["fe80::1%eth0"]],
    ["another name", ["localhost"]],
    ["nothing", []],
  ] as const
) {
  Deno.test(`createMediaFetcher() does not connect to an allowed host that resolves to ${what}`, async () => {
    const { fetchMedia, looked, opened, clock } = aFetcher({
      addresses: () => Promise.resolve(addresses),
    });

    const message = await refusalOf(fetchMedia(URL_OF_FILE));

    assert.equal(message, `Cannot fetch the file at "${HOST}": its server did not deliver it`);
    assert.deepEqual([looked, opened, clock.isTicking], [[HOST], [], false]);
  });
}

for (
  const [what, answer, state] of [
    ["a redirect", { status: 302 }, "it has moved, and redirects are not followed"],
    ["a permanent redirect", { status: 308 }, "it has moved, and redirects are not followed"],
    ["no file", { status: 404 }, "its server answered with status 404"],
    ["a part of a file", { status: 206 }, "its server answered with status 206"],
    ["an error", { status: 500 }, "its server answered with status 500"],
    [
      "a page",
      { contentType: "text/html" },
      "its server does not call it an image, a PDF, audio or video",
    ],
    [
      "a drawing with scripts",
      { contentType: "image/svg+xml" },
      "its server does not call it an image, a PDF, audio or video",
    ],
    [
      "bytes of no type",
      { contentType: null },
      "its server does not call it an image, a PDF, audio or video",
    ],
    [
      "a page that is called an image",
      { body: bodyOf(bytesOf("<html><script>")) },
      "it does not begin like the image/png its server calls it",
    ],
    [
      "another image than it says",
      { contentType: "image/jpeg" },
      "it does not begin like the image/jpeg its server calls it",
    ],
    [
      "an empty file",
      { body: bodyOf() },
      "it does not begin like the image/png its server calls it",
    ],
    [
      "more than 20 MiB, as it says",
      { contentBytes: 20 * MEBIBYTE + 1 },
      "it is larger than 20 MiB",
    ],
    [
      "more than 20 MiB without saying so",
      { body: bodyOf(PNG, new Uint8Array(20 * MEBIBYTE)) },
      "it is larger than 20 MiB",
    ],
    [
      "more than 20 MiB while it says less",
      { contentBytes: 10, body: bodyOf(PNG, new Uint8Array(20 * MEBIBYTE)) },
      "it is larger than 20 MiB",
    ],
    ["a file that breaks off", { body: breaking() }, "its server did not deliver it"],
  ] as const
) {
  Deno.test(`createMediaFetcher() hangs up on a server that sends ${what}`, async () => {
    const { fetchMedia, lines, clock } = aFetcher({ answer: () => Promise.resolve(answer) });

    const message = await refusalOf(fetchMedia(URL_OF_FILE));

    assert.equal(message, `Cannot fetch the file at "${HOST}": ${state}`);
    assert.deepEqual([lines.length, lines[0]?.isHungUp, clock.isTicking], [1, true, false]);
  });
}

async function* breaking() {
  yield await Promise.resolve(PNG);
  throw new Error("aborted");
}

Deno.test("createMediaFetcher() says the same of names and servers that do not answer", async () => {
  for (
    const outside of [
      { addresses: () => Promise.reject(new Error("getaddrinfo ENOTFOUND")) },
      { answer: () => Promise.reject(new Error(`connect ECONNREFUSED ${PUBLIC}:443`)) },
      { answer: () => Promise.reject(new Error("certificate has expired")) },
    ]
  ) {
    const { fetchMedia, clock } = aFetcher(outside);

    const message = await refusalOf(fetchMedia(URL_OF_FILE));

    assert.equal(message, `Cannot fetch the file at "${HOST}": its server did not deliver it`);
    assert.equal(clock.isTicking, false);
  }
});

Deno.test("createMediaFetcher() takes a file of 20 MiB", async () => {
  const body = bodyOf(PNG, new Uint8Array(20 * MEBIBYTE - PNG.length));
  const { fetchMedia } = aFetcher({
    answer: () => Promise.resolve({ contentBytes: 20 * MEBIBYTE, body }),
  });

  const { base64 } = await fetchMedia(URL_OF_FILE);

  assert.equal(base64.length, Math.ceil(20 * MEBIBYTE / 3) * 4);
});

Deno.test("createMediaFetcher() asks for no more of a file that is too large", async () => {
  let given = 0;
  async function* endless() {
    while (true) {
      given += 1;
      yield await Promise.resolve(new Uint8Array(MEBIBYTE));
    }
  }
  const { fetchMedia } = aFetcher({ answer: () => Promise.resolve({ body: endless() }) });

  await refusalOf(fetchMedia(URL_OF_FILE));

  assert.equal(given, 21);
});

Deno.test("createMediaFetcher() waits ten seconds for all together", async () => {
  const hanging = (line: Line) =>
    new Promise<never>((_, reject) => line.whenHungUp(() => reject(new Error("ended"))));
  async function* silent(line: Line) {
    yield PNG;
    await hanging(line);
  }
  for (
    const outside of [
      { addresses: () => new Promise<never>(() => {}) },
      { answer: hanging },
      { answer: (line: Line) => Promise.resolve({ body: silent(line) }) },
    ]
  ) {
    const { fetchMedia, clock } = aFetcher(outside);
    const waiting = refusalOf(fetchMedia(URL_OF_FILE));
    await settled();

    clock.pass(9_999);
    assert.ok(clock.isTicking);
    clock.pass(1);

    assert.equal(await waiting, `Cannot fetch the file at "${HOST}": it took longer than 10 s`);
    assert.equal(clock.isTicking, false);
  }
});

Deno.test("createMediaFetcher() tells the operator what the client does not hear", async () => {
  const { fetchMedia } = aFetcher({ addresses: () => Promise.resolve([PUBLIC, "10.0.0.1"]) });

  await assert.rejects(fetchMedia(URL_OF_FILE), (error) => {
    assert.match(String((error as RotatorError).cause), /the host has the address 10\.0\.0\.1/);
    return true;
  });
});

/** A fetcher that reaches this server by a public address. */
function fetcherFrom({ open }: TlsServer) {
  const { deadlines } = new SweepClock();
  return createMediaFetcher({
    hosts: [HOST],
    deadlines,
    lookup: () => Promise.resolve([{ address: PUBLIC }]),
    open,
  });
}

Deno.test("createMediaFetcher() brings a file over TLS, byte by byte", async () => {
  const file = Uint8Array.from({ length: 3 * MEBIBYTE + 1 }, (_, at) => PNG[at] ?? at % 251);
  const handler = () => new Response(file, { headers: { "content-type": "image/png" } });

  await withTlsServer(handler, async (server) => {
    const { mimeType, base64 } = await fetcherFrom(server)(URL_OF_FILE);

    assert.equal(mimeType, "image/png");
    assert.ok(base64 === file.toBase64());
    assert.deepEqual(server.asked.map(({ url }) => url), [URL_OF_FILE]);
    assert.deepEqual(server.dialled.map(({ host }) => host), [PUBLIC]);
  });
});

Deno.test("createMediaFetcher() does not go where a server sends it over TLS", async () => {
  const headers = { location: `https://${HOST}/elsewhere`, "content-type": "image/png" };
  const handler = () => new Response(PNG, { status: 301, headers });

  await withTlsServer(handler, async (server) => {
    await refusalOf(fetcherFrom(server)(URL_OF_FILE));

    assert.deepEqual([server.dialled.length, server.asked.length], [1, 1]);
  });
});

Deno.test("createMediaFetcher() ends the connection of a file that does not end", async () => {
  let isCancelled = false;
  const flood = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(MEBIBYTE)),
    cancel() {
      isCancelled = true;
    },
  });
  const handler = () => new Response(flood, { headers: { "content-type": "image/png" } });

  await withTlsServer(handler, async (server) => {
    const message = await refusalOf(fetcherFrom(server)(URL_OF_FILE));

    assert.match(message, /it is larger than 20 MiB/);
    await until(() => isCancelled);
  });
});
