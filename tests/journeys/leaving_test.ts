import assert from "node:assert/strict";
import { simKey } from "../simulator/simulator.ts";
import { until } from "../simulator/until.ts";
import { askedWith, FLASH, PROMPT, type TestService, withService } from "../support/service.ts";

/** 64 MiB in pieces of 64 KiB. */
const FLOOD = "ok-1000-0-65536";
/** What may be on its way: our pieces, and what the kernel buffers for two connections. */
const ON_ITS_WAY = 32 * 1_048_576;

function asked(token: string, signal?: AbortSignal): RequestInit {
  return {
    method: "POST",
    headers: { "x-goog-api-key": token, "content-type": "application/json" },
    body: JSON.stringify(askedWith(PROMPT)),
    ...(signal && { signal }),
  };
}

const STREAM = `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`;
const WHOLE = `/v1beta/models/${FLASH}:generateContent`;

for (const metering of [true, false]) {
  Deno.test(`a client that leaves in the middle of a stream ends the call to Gemini (metering ${metering})`, () =>
    withService({}, async (t) => {
      const { token, poolId } = await t.token([simKey("silentMidStream-1")]);
      await t.admin(`PATCH /api/pools/${poolId}`, { metering });

      const stream = await t.stream({ token });
      const reader = stream.body!.getReader();
      await reader.read();
      assert.equal(t.simulator.calls().open, 1);
      await reader.cancel();

      await until(() => t.simulator.calls().cancelled === 1);
      assert.equal(t.simulator.calls().open, 0);
    }));
}

Deno.test("a client that leaves before anything has come ends the call, and no other key is asked", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("silent", 1), simKey("silent", 2), simKey("ok", 3)]);
    const leaving = new AbortController();
    t.simulator.setWays(simKey("ok", 3), "silent");

    const answering = t.generate({ token, signal: leaving.signal });
    await until(() => t.simulator.calls().open === 1);
    leaving.abort();

    assert.equal((await answering).status, 499);
    await until(() => t.simulator.calls().cancelled === 1);
    assert.equal(t.simulator.calls().attempts, 1);
    await t.stop();
    assert.equal(t.log.filter(({ status }) => status === 499).length, 1);
  }));

Deno.test("a client that leaves costs no key anything, however often", () =>
  withService({}, async (t) => {
    const { token, poolId } = await t.token([simKey("silent", 1), simKey("silent", 2)]);

    for (let n = 1; n <= 30; n++) {
      const leaving = new AbortController();
      const answering = t.generate({ token, signal: leaving.signal });
      await until(() => t.simulator.calls().open === 1);
      leaving.abort();
      await answering;
      await until(() => t.simulator.calls().cancelled === n);
    }

    assert.deepEqual((await t.keys(poolId)).map(({ state }) => state), ["ready", "ready"]);
    t.simulator.setWays(simKey("silent", 1), "ok");
    t.simulator.setWays(simKey("silent", 2), "ok");
    assert.equal((await t.generate({ token })).status, 200);
  }));

Deno.test("a client that leaves while its request waits for storage is heard", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    let release = () => {};
    t.kv.meddle = () => new Promise((resolve) => release = () => resolve(null));
    const leaving = new AbortController();

    const answering = t.generate({ token, signal: leaving.signal });
    leaving.abort();
    t.kv.meddle = () => {};
    release();

    const { status } = await answering;
    assert.equal(status, 499);
    assert.equal(t.simulator.calls().served, 0);
  }));

Deno.test("on real sockets a client that leaves in the middle of a stream ends the call to Gemini", () =>
  withService({ sockets: true }, async (t) => {
    for (const metering of [true, false]) {
      const before = t.simulator.calls().cancelled;
      const { token, poolId } = await t.token([simKey("silentMidStream-2", metering ? 1 : 2)]);
      await t.admin(`PATCH /api/pools/${poolId}`, { metering });
      const leaving = new AbortController();

      const stream = await fetch(t.listen() + STREAM, asked(token, leaving.signal));
      const reader = stream.body!.getReader();
      await reader.read();
      leaving.abort();

      await assert.rejects(reader.read());
      await until(() => t.simulator.calls().cancelled === before + 1);
    }
  }));

Deno.test("on real sockets a client that leaves before the headers ends the call to Gemini", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("silent", 1), simKey("silent", 2)]);
    const origin = t.listen();
    for (const path of [STREAM, WHOLE]) {
      const before = t.simulator.calls();
      const leaving = new AbortController();

      const answering = fetch(origin + path, asked(token, leaving.signal));
      await until(() => t.simulator.calls().open === 1);
      leaving.abort();

      await assert.rejects(answering);
      await until(() => t.simulator.calls().cancelled === before.cancelled + 1);
      assert.equal(t.simulator.calls().attempts, before.attempts + 1);
    }
    await until(() => t.log.filter(({ status }) => status === 499).length === 2);
  }));

Deno.test("on real sockets an answer arrives whole, and the log has its line", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const origin = t.listen();

    const whole = await (await fetch(origin + WHOLE, asked(token))).json();
    const stream = await (await fetch(origin + STREAM, asked(token))).text();

    assert.equal(whole.candidates[0].finishReason, "STOP");
    assert.match(stream, /"finishReason":"STOP"/);
    await t.stop();
    assert.deepEqual(t.log.filter(({ model }) => model).map(({ end }) => end), [
      undefined,
      undefined,
    ]);
  }));

/** Lets everything that can move, move: until what Gemini sent stays the same for a while. */
async function untilStill(t: TestService): Promise<number> {
  let sent = -1;
  for (let still = 0; still < 30; await new Promise((resolve) => setTimeout(resolve, 1))) {
    const now = t.simulator.calls().sentBytes;
    still = now === sent ? still + 1 : 0;
    sent = now;
  }
  return sent;
}

for (const metering of [true, false]) {
  Deno.test(`a client that does not read keeps Gemini from sending (metering ${metering})`, () =>
    withService({}, async (t) => {
      const { token, poolId } = await t.token([simKey(FLOOD)]);
      await t.admin(`PATCH /api/pools/${poolId}`, { metering });

      const stream = await t.stream({ token });
      const reader = stream.body!.getReader();
      for (let n = 0; n < 3; n++) await reader.read();

      const sent = await untilStill(t);
      assert.ok(sent < 8 * 66_000, `${sent} bytes`);
      await reader.cancel();
      await until(() => t.simulator.calls().cancelled === 1);
    }));
}

for (const metering of [true, false]) {
  Deno.test(`on real sockets a client that does not read costs no more than buffers, and its leaving is heard (metering ${metering})`, () =>
    withService({ sockets: true }, async (t) => {
      const { token, poolId } = await t.token([simKey(FLOOD)]);
      await t.admin(`PATCH /api/pools/${poolId}`, { metering });
      const leaving = new AbortController();

      const stream = await fetch(t.listen() + STREAM, asked(token, leaving.signal));
      const reader = stream.body!.getReader();
      await reader.read();

      const sent = await untilStill(t);
      assert.ok(sent < ON_ITS_WAY, `${sent} bytes`);
      assert.equal(t.simulator.calls().open, 1);
      leaving.abort();
      await assert.rejects(reader.read());
      await until(() => t.simulator.calls().cancelled === 1);
    }));
}
