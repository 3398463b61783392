import assert from "node:assert/strict";
import {
  type ShortWay,
  simKey,
  type SimulatorOptions,
  startSimulator,
} from "./simulator/simulator.ts";
import { until } from "./simulator/until.ts";
import { NEUTRAL_ENVIRONMENT, START_ARGUMENTS } from "./support/start_command.ts";

const MAIN = new URL("../main.ts", import.meta.url).href;
const ENCRYPTION_KEY = btoa("a key of thirty-two bytes, sure.");
const ADMIN_ACCESS_TOKEN = "gka_Kq3vR8sLz1XyB6nWtP0dJm4hFc7GuE2o";

Deno.test("a first start makes its secrets, tells the admin token once, and a second start knows it", async () => {
  await using place = await somewhere();

  await using first = await place.start();
  const token = await first.says(/Bearer (\S+)/);
  const asked = await first.ask("/api/pools", token);
  await first.stop("SIGTERM");
  await using second = await place.start();
  const askedAgain = await second.ask("/api/pools", token);

  const { mode } = await Deno.stat(`${place.directory}/data/secrets.env`);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  const directory = await Deno.stat(`${place.directory}/data`);
  assert.equal((directory.mode ?? 0) & 0o777, 0o700);
  assert.deepEqual([asked, askedAgain], [200, 200]);
  assert.doesNotMatch(second.printed, /Bearer/);
});

Deno.test("a wrong ENCRYPTION_KEY is said so, serves nothing and writes nothing", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY });
  await using right = await place.start();
  const { token } = await right.createToken([simKey("ok")]);
  await right.stop("SIGTERM");
  const before = await place.stored();

  await using wrong = await place.start({
    ENCRYPTION_KEY: btoa("another key, but 32 bytes, too.."),
  });
  const refused = await wrong.ask("/v1beta/models", token);
  const ready = await wrong.ask("/readyz", token);
  const alive = await wrong.ask("/healthz", token);
  await wrong.stop("SIGTERM");

  assert.deepEqual([refused, ready, alive], [503, 503, 200]);
  assert.match(wrong.complaints, /ENCRYPTION_KEY is not the key/);
  assert.deepEqual(await place.stored(), before);
});

Deno.test("the key before opens the store and the new one takes over", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY });
  await using before = await place.start();
  const { token } = await before.createToken([simKey("ok")]);
  await before.stop("SIGTERM");
  const changed = btoa("the key after a change, 32 bytes");

  await using both = await place.start({
    ENCRYPTION_KEY: changed,
    ENCRYPTION_KEY_PREVIOUS: ENCRYPTION_KEY,
  });
  await both.stop("SIGTERM");
  await using after = await place.start({ ENCRYPTION_KEY: changed });

  assert.equal(await after.ask("/v1beta/models", token), 200);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`what was used just before ${signal} is counted, a stream that ends in time as well`, async () => {
    await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY }, {
      pace: { events: 3, everyMs: 50 },
    });
    await using server = await place.start();
    const { token } = await server.createToken([simKey("ok")]);
    await (await server.stream(token)).text();
    const stream = await server.stream(token);

    const stopped = server.stop(signal);
    await stream.text();
    await stopped;

    const sums = (await place.stored()).filter(({ key }) =>
      key[0] === "usage" && key[1] === "pool" && key[2] === "day" && key.at(-1) === "served"
    );
    const served = sums.reduce((sum, { value }) => sum + Number((value as Deno.KvU64).value), 0);
    assert.equal(served, 2);
  });

  Deno.test(`a stream that ends in time ends whole after ${signal}`, async () => {
    await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY }, {
      pace: { events: 5, everyMs: 100 },
    });
    await using server = await place.start();
    const { token } = await server.createToken([simKey("ok")]);
    const stream = await server.stream(token);

    const stopped = server.stop(signal);
    const text = await stream.text();

    assert.match(text, /"finishReason"/);
    assert.doesNotMatch(text, /"error"/);
    assert.equal(await stopped, 0);
  });
}

Deno.test("a stream that would go on is ended with an error that says so", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY });
  await using server = await place.start();
  const { token } = await server.createToken([simKey("silentMidStream-2")]);
  const stream = await server.stream(token);

  const stopped = server.stop("SIGTERM");
  const text = await stream.text();

  assert.match(text, /"candidates"/);
  assert.match(text, /shutting down/);
  assert.equal(await stopped, 0);
});

Deno.test("a call that Gemini has not begun to answer is told that we are leaving", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY });
  await using server = await place.start();
  const { token } = await server.createToken([simKey("silent")]);
  const waiting = server.stream(token);
  await place.received("silent");

  const stopped = server.stop("SIGTERM");
  const answer = await waiting;

  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /shutting down/);
  assert.equal(await stopped, 0);
});

Deno.test("a malformed setting stops the start and is named", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY, PORT: "eighty" });

  const { code, complaints } = await place.fail();

  assert.equal(code, 1);
  assert.match(
    complaints,
    /Cannot read PORT: expected a whole number from 0 to 65535, found "eighty"/,
  );
});

Deno.test("a port that is taken is said so, and how to choose another", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const PORT = String(taken.addr.port);
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY, PORT });

  const { code, complaints } = await place.fail();

  assert.equal(code, 1);
  assert.match(
    complaints,
    /^Cannot listen on 127\.0\.0\.1:\d+: .*choose another with HOST and PORT$/m,
  );
});

Deno.test("a store that cannot be opened is said so, with the setting that names it", async () => {
  await using place = await somewhere({ ADMIN_ACCESS_TOKEN, ENCRYPTION_KEY, KV_PATH: "/" });

  const { code, complaints } = await place.fail();

  assert.equal(code, 1);
  assert.match(complaints, /^Cannot open the store at KV_PATH "\/": /m);
});

Deno.test("on Deno Deploy a missing secret is not made up", async () => {
  await using place = await somewhere({ DENO_DEPLOYMENT_ID: "x", ADMIN_ACCESS_TOKEN });

  const { code, complaints } = await place.fail();

  assert.equal(code, 1);
  assert.match(complaints, /ENCRYPTION_KEY is not set/);
});

type Env = Readonly<Record<string, string>>;

/** A directory of its own with a store in it, and a Gemini to talk to. */
async function somewhere(env: Env = {}, options: SimulatorOptions = {}) {
  const directory = await Deno.makeTempDir();
  const simulator = await startSimulator(options);
  const all = (more: Env) => ({ PORT: "0", GEMINI_API_BASE_URL: simulator.url, ...env, ...more });
  const spawn = (more: Env) =>
    new Deno.Command(Deno.execPath(), {
      args: [...START_ARGUMENTS, MAIN],
      cwd: directory,
      clearEnv: true,
      env: { ...NEUTRAL_ENVIRONMENT, ...all(more) },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  return {
    directory,
    start: (more: Env = {}) => server(spawn(more)),
    async fail() {
      const { code, stderr } = await spawn({}).output();
      return { code, complaints: new TextDecoder().decode(stderr) };
    },
    /** Resolves when a key that behaves this way has been used. */
    async received(way: ShortWay) {
      await until(() => simulator.calls(simKey(way)).attempts > 0, { turns: 10_000 });
    },
    /** Everything in the store. */
    async stored() {
      using kv = await Deno.openKv(`${directory}/data/kv.sqlite`);
      return await Array.fromAsync(kv.list({ prefix: [] }));
    },
    async [Symbol.asyncDispose]() {
      await simulator.stop();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** A server in a process of its own, once it listens. */
async function server(child: Deno.ChildProcess) {
  const out = new Printed(child.stdout);
  const err = new Printed(child.stderr);
  const origin = await Promise.any([
    out.find(/listens on (http\S+?),?\s/),
    err.find(/listens on (http\S+?),?\s/),
  ]);
  let over = false;
  const post = (path: string, headers: Env, body: unknown) =>
    fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
  const stop = async (signal: Deno.Signal) => {
    if (!over) child.kill(signal);
    over = true;
    const [{ code }] = await Promise.all([child.status, out.whole, err.whole]);
    return code;
  };
  return {
    stop,
    says: (pattern: RegExp) => out.find(pattern),
    get printed() {
      return out.text;
    },
    get complaints() {
      return err.text;
    },
    async ask(path: string, token: string) {
      const answer = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
      await answer.body?.cancel();
      return answer.status;
    },
    async createToken(keys: readonly string[]): Promise<{ token: string }> {
      const headers = {
        authorization: `Bearer ${ADMIN_ACCESS_TOKEN}`,
        "content-type": "application/json",
      };
      const answer = await post("/api/tokens", headers, { name: "a test", keys });
      return await answer.json();
    },
    stream: (token: string) =>
      post("/v1beta/models/gemini-3.6-flash:streamGenerateContent?alt=sse", {
        "x-goog-api-key": token,
      }, { contents: [{ parts: [{ text: "Hello" }] }] }),
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
    },
  };
}

/** What a process prints, as it prints it. */
class Printed {
  text = "";
  readonly whole: Promise<void>;
  #searches: (() => void)[] = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    this.whole = this.#read(stream);
  }

  /** What the group of this pattern matches, once it stands there; rejects when it never will. */
  find(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const search = () => {
        const found = pattern.exec(this.text)?.[1];
        if (found !== undefined) resolve(found);
      };
      this.#searches.push(search);
      search();
      this.whole.then(() => reject(new Error(`it ended without ${pattern}: ${this.text}`)));
    });
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const piece of stream) {
      this.text += decoder.decode(piece, { stream: true });
      this.#searches.forEach((search) => search());
    }
  }
}
