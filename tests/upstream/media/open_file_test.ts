import assert from "node:assert/strict";
import type { FileAnswer } from "../../../lib/upstream/media/open_file.ts";
import { Line } from "../../../lib/upstream/wire.ts";
import { until } from "../../simulator/until.ts";
import { handFed } from "../hand_fed.ts";
import { HOST, withTlsServer } from "./tls_server.ts";

const ADDRESS = "93.184.216.34";
const PLACE = { host: HOST, path: "/a%20b.png?sig=1", address: ADDRESS };

Deno.test("createOpenFile() calls the address, and takes the host's certificate for it", async () => {
  await withTlsServer(() => new Response("ok"), async ({ open, dialled, asked }) => {
    const line = new Line();

    const { body } = await open(PLACE, line);

    assert.equal(await textOf(body), "ok");
    line.hangUp();
    assert.deepEqual(
      dialled.map(({ host, servername, port, agent }) => [host, servername, port, agent]),
      [
        [ADDRESS, HOST, undefined, false],
      ],
    );
    assert.equal(asked[0]?.url, `https://${HOST}/a%20b.png?sig=1`);
  });
});

Deno.test("createOpenFile() sends nothing that tells of the client", async () => {
  await withTlsServer(() => new Response("ok"), async ({ open, asked }) => {
    const line = new Line();

    await textOf((await open(PLACE, line)).body);

    line.hangUp();
    assert.equal(asked[0]?.method, "GET");
    assert.deepEqual(asked[0]?.headers, [
      ["accept-encoding", "identity"],
      ["connection", "close"],
      ["host", HOST],
      ["user-agent", "gemini-key-rotator"],
    ]);
  });
});

Deno.test("createOpenFile() rejects a server that has the certificate of another host", async () => {
  await withTlsServer(() => new Response("ok"), async ({ open, asked }) => {
    await assert.rejects(
      open({ ...PLACE, host: "files.example.com" }, new Line()),
      /certificate|altnames/,
    );

    assert.equal(asked.length, 0);
  });
});

Deno.test("createOpenFile() gives status, type and length as the server says", async () => {
  const said = { "content-type": "image/png", "content-length": "3" };
  const answers = [
    new Response("abc", { headers: said }),
    new Response(ReadableStream.from([new Uint8Array(3)])),
    new Response("", { status: 302, headers: { location: "https://169.254.169.254/" } }),
  ];
  await withTlsServer(() => answers.shift()!, async ({ open, asked }) => {
    const opened: FileAnswer[] = [];
    for (let count = 0; count < 3; count++) {
      const line = new Line();
      const answer = await open(PLACE, line);
      await textOf(answer.body);
      line.hangUp();
      opened.push(answer);
    }

    assert.deepEqual(
      opened.map(({ status, contentType, contentBytes }) => [status, contentType, contentBytes]),
      [[200, "image/png", 3], [200, null, NaN], [302, "text/plain;charset=UTF-8", 0]],
    );
    assert.equal(asked.length, 3);
  });
});

Deno.test("createOpenFile() ends the connection of a body that its reader has left", async () => {
  let sentMebibytes = 0;
  let isCancelled = false;
  const flood = new ReadableStream({
    pull(controller) {
      sentMebibytes += 1;
      controller.enqueue(new Uint8Array(1_048_576));
    },
    cancel() {
      isCancelled = true;
    },
  });
  await withTlsServer(() => new Response(flood), async ({ open }) => {
    const line = new Line();
    const { body } = await open(PLACE, line);
    await body[Symbol.asyncIterator]().next();

    line.hangUp();

    await until(() => isCancelled);
    assert.ok(sentMebibytes < 64, `${sentMebibytes} MiB were sent`);
  });
});

Deno.test("createOpenFile() rejects a body whose line is hung up", async () => {
  const fed = handFed();
  fed.give("beginning");
  await withTlsServer(() => new Response(fed.body), async ({ open }) => {
    const line = new Line();
    const { body } = await open(PLACE, line);
    const rejected = assert.rejects(textOf(body), /aborted/);

    line.hangUp();

    await rejected;
    await until(() => fed.isCancelled);
  });
});

Deno.test("createOpenFile() rejects a body that breaks off", async () => {
  const fed = handFed();
  fed.give("beginning");
  await withTlsServer(() => new Response(fed.body), async ({ open }) => {
    const { body } = await open(PLACE, new Line());
    const rejected = assert.rejects(textOf(body), /aborted/);

    fed.breakOff();

    await rejected;
  });
});

Deno.test("createOpenFile() rejects when the line is hung up before an answer", async () => {
  const held = Promise.withResolvers<Response>();
  await withTlsServer(() => held.promise, async ({ open, asked }) => {
    const line = new Line();
    const rejected = assert.rejects(open(PLACE, line), /ended by us/);
    await until(() => asked.length === 1);

    line.hangUp();

    await rejected;
    held.resolve(new Response("too late"));
  });
});

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return await new Response(ReadableStream.from(body)).text();
}
