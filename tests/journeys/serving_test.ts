import assert from "node:assert/strict";
import { recording } from "../simulator/recordings.ts";
import { simKey } from "../simulator/simulator.ts";
import { askedWith, FLASH, PROMPT, type TestService, withService } from "../support/service.ts";

const EMBEDDER = "gemini-embedding-001";
const STREAM = "streamGenerateContent";

Deno.test("a client is served although the first two keys are exhausted, and they are not asked again", () =>
  withService({}, async (t) => {
    const spent = [simKey("exhausted-day", 1), simKey("exhausted", 2)];
    const { token } = await t.token([...spent, simKey("ok", 3)]);

    for (let n = 0; n < 12; n++) {
      const { status, json } = await t.generate({ token });

      assert.equal(status, 200);
      assert.match(json.candidates[0].content.parts[0].text, /canary-prompt/);
    }
    for (const key of spent) assert.equal(t.simulator.calls(key).attempts, 1);
  }));

for (const way of ["invalid", "expired", "suspended", "leaked", "serviceDisabled"] as const) {
  Deno.test(`a client is served although the first two keys are "${way}", and the keys do not leak`, () =>
    withService({}, async (t) => {
      const { token } = await t.token([simKey(way, 1), simKey(way, 2), simKey("ok", 3)]);

      for (let n = 0; n < 6; n++) assert.equal((await t.generate({ token })).status, 200);
      for (let n = 0; n < 6; n++) {
        const stream = await t.stream({ token });
        assert.equal(stream.status, 200);
        assert.match(await stream.text(), /"finishReason":"STOP"/);
      }
    }));

  Deno.test(`a pool of "${way}" keys alone answers 503 without naming them`, () =>
    withService({}, async (t) => {
      const { token } = await t.token([simKey(way, 1), simKey(way, 2)]);

      for (let n = 0; n < 4; n++) {
        const { status, json, text } = await t.generate({ token });

        assert.equal(status, 503);
        assert.equal(json.error.status, "UNAVAILABLE");
        assert.match(json.error.details[0].reason, /^UPSTREAM_REFUSED$/);
        assert.doesNotMatch(text, /AIza|projects\/\d|consumer/);
      }
    }));
}

/** The same question with the token in another place. */
async function askWith(
  t: TestService,
  { headers = {}, query = "" }: { headers?: Record<string, string>; query?: string },
) {
  return await t.ask(`/v1beta/models/${FLASH}:generateContent${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(askedWith(PROMPT)),
  });
}

Deno.test("a token counts in Authorization, in x-goog-api-key and in the query", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const answers = [
      await askWith(t, { headers: { authorization: `Bearer ${token}` } }),
      await askWith(t, { headers: { "x-goog-api-key": token } }),
      await askWith(t, { query: `?key=${token}` }),
      await askWith(t, { headers: { "x-goog-api-key": token }, query: `?key=${token}` }),
    ];

    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
    assert.equal(t.simulator.calls().attempts, 4);
  }));

Deno.test("two credentials that differ are a 400, and neither is tried", () =>
  withService({}, async (t) => {
    const { token: one } = await t.token([simKey("ok", 1)]);
    const { token: other } = await t.token([simKey("ok", 2)]);

    const answers = [
      await askWith(t, { headers: { authorization: `Bearer ${one}`, "x-goog-api-key": other } }),
      await askWith(t, { headers: { "x-goog-api-key": one }, query: `?key=${other}` }),
      await askWith(t, { query: `?key=${one}&key=${other}` }),
    ];

    assert.deepEqual(answers.map(({ status }) => status), [400, 400, 400]);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("everybody without a valid token hears the same 401, and Gemini hears nothing", () =>
  withService({}, async (t) => {
    const secret = simKey("ok");
    const { token } = await t.token([secret]);
    const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;

    const answers = [
      await askWith(t, {}),
      await askWith(t, { headers: { "x-goog-api-key": wrong } }),
      await askWith(t, { headers: { "x-goog-api-key": "short" } }),
      await askWith(t, { headers: { "x-goog-api-key": secret } }),
      await askWith(t, {
        headers: { authorization: "Bearer adm_Vq8XzT4mKc2Lw9RbYp5Hd7Jf3NgSu6Ae" },
      }),
      await askWith(t, { query: `?key=${"x".repeat(201)}` }),
    ];

    assert.deepEqual(answers.map(({ status }) => status), [401, 401, 401, 401, 401, 401]);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    assert.equal(t.simulator.calls().attempts, 0);
  }));

Deno.test("an access token does not open the admin API", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    for (const path of ["/api/pools", "/api/tokens", "/api/nothing", "/api"]) {
      const { status } = await t.ask(path, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(status, 401, path);
    }
  }));

for (const version of ["v1beta", "v1"]) {
  Deno.test(`every call works on ${version}, and answers as Gemini does`, () =>
    withService({}, async (t) => {
      const secret = simKey("ok");
      const { token } = await t.token([secret]);
      const get = (path: string) =>
        t.ask(`/${version}/${path}`, { headers: { "x-goog-api-key": token } });
      const direct = async (path: string, body?: unknown) =>
        await (await t.simulator.fetch(`https://gemini.example/${version}/${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { "x-goog-api-key": secret },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })).text();
      const content = { parts: [{ text: PROMPT }] };
      const batch = { requests: [{ model: `models/${EMBEDDER}`, content }] };
      const embed = { token, version, model: EMBEDDER };

      const counted = await t.generate({ token, version, verb: "countTokens" });
      const embedded = await t.generate({ ...embed, verb: "embedContent", body: { content } });
      const batched = await t.generate({ ...embed, verb: "batchEmbedContents", body: batch });
      const listed = await get("models?pageSize=2");
      const rest = await get(`models?pageSize=2&pageToken=${listed.json.nextPageToken}`);
      const model = await get(`models/${FLASH}`);

      assert.equal(counted.text, await direct(`models/${FLASH}:countTokens`, askedWith(PROMPT)));
      assert.equal(embedded.text, await direct(`models/${EMBEDDER}:embedContent`, { content }));
      assert.equal(batched.text, await direct(`models/${EMBEDDER}:batchEmbedContents`, batch));
      assert.equal(listed.text, await direct("models?pageSize=2"));
      assert.equal(listed.json.models.length, 2);
      assert.equal(rest.json.models.length, 2);
      assert.notDeepEqual(rest.json.models, listed.json.models);
      assert.equal(model.text, await direct(`models/${FLASH}`));
      assert.ok(t.outbound.every(({ url }) => new URL(url).pathname.startsWith(`/${version}/`)));
    }));
}

Deno.test("every recorded answer in one piece passes byte for byte, with its usage in the log", () =>
  withService({}, async (t) => {
    for (const file of recorded("unary-")) {
      const secret = simKey("ok", files++);
      t.simulator.setWays(secret, { kind: "replay", file });
      const { token } = await t.token([secret]);

      const { status, bytes, headers } = await t.generate({ token });

      assert.equal(status, 200, file);
      assert.deepEqual(bytes, recording(file).body, file);
      assert.equal(headers.get("content-type"), "application/json; charset=UTF-8");
    }
    await t.stop();
    const served = t.log.filter(({ operation }) => operation === "generateContent");
    assert.equal(served.length, recorded("unary-").length);
    const counted = served.filter(({ usage }) => (usage?.total ?? 0) > 0);
    const withUsage = recorded("unary-").filter((file) => textOf(file).includes("totalTokenCount"));
    assert.equal(counted.length, withUsage.length);
  }));

for (const metering of [true, false]) {
  Deno.test(`every recorded stream passes byte for byte when metering is ${metering}`, () =>
    withService({}, async (t) => {
      for (const file of recorded("stream-")) {
        const secret = simKey("ok", files++);
        t.simulator.setWays(secret, { kind: "replay", file });
        const { token, poolId } = await t.token([secret]);
        await t.admin(`PATCH /api/pools/${poolId}`, { metering });
        const query = file.endsWith(".sse") ? "?alt=sse" : "";

        const { status, bytes, headers } = await t.generate({ token, verb: STREAM, query });

        assert.equal(status, 200, file);
        assert.deepEqual(bytes, recording(file).body, file);
        assert.equal(headers.get("content-type"), recording(file).contentType, file);
      }
      await t.stop();
      const ends = new Set(t.log.filter(({ model }) => model).map(({ end }) => end ?? "complete"));
      assert.deepEqual([...ends], [metering ? "complete" : "unseen"]);
    }));
}

let files = 1;

function recorded(prefix: string): readonly string[] {
  return [...Deno.readDirSync(new URL("../fixtures/gemini/", import.meta.url))]
    .map(({ name }) => name).filter((name) => name.startsWith(prefix)).sort();
}

function textOf(file: string): string {
  return new TextDecoder().decode(recording(file).body);
}

Deno.test("a body is sent on as it came, although it is no JSON we would write", () =>
  withService({ upstream: echo }, async (t) => {
    const { token } = await t.token([simKey("ok")]);
    const body =
      '{ "contents" : [{"parts":[{"text":"\\u00e9 \\ud83d\\ude00 é"}]}],"x":1e400 , "x":2}\n\n';

    const { text } = await t.generate({ token, body });

    assert.equal(text, body);
  }));

async function echo(request: Request): Promise<Response> {
  return new Response(await request.text(), { headers: { "content-type": "application/json" } });
}

Deno.test("a gzipped answer reaches the client plain and whole, in one piece and as a stream", () =>
  withService({ sockets: true }, async (t) => {
    const { token } = await t.token([simKey("gzip")]);

    const whole = await t.generate({ token });
    const stream = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

    assert.match(whole.json.candidates[0].content.parts[0].text, /canary-prompt/);
    assert.match(stream.text, /^data: .*canary-prompt[\s\S]*"finishReason":"STOP"/);
    assert.equal(whole.headers.get("content-encoding"), null);
    assert.equal(stream.headers.get("content-encoding"), null);
  }));

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`a redirect ${status} is a 502, and nobody follows it`, async () => {
    const visited: string[] = [];
    const upstream = ({ url }: Request) => {
      const { host } = new URL(url);
      visited.push(host);
      if (host === "thief.example") return Response.json({ candidates: [] });
      return new Response(null, { status, headers: { location: "https://thief.example/v1beta" } });
    };
    await withService({ upstream }, async (t) => {
      const { token } = await t.token([simKey("ok", 1), simKey("ok", 2)]);

      const whole = await t.generate({ token });
      const stream = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

      assert.deepEqual([whole.status, stream.status], [502, 502]);
      assert.equal(whole.headers.get("location"), null);
      assert.deepEqual(visited, Array(2).fill("generativelanguage.googleapis.com"));
    });
  });
}

Deno.test("headers of Gemini's that are not on the list do not reach the client", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("hostileHeaders")]);

    const whole = await t.generate({ token });
    const stream = await t.generate({ token, verb: STREAM, query: "?alt=sse" });

    const names = [...new Set([...whole.headers.keys(), ...stream.headers.keys()])].sort();
    assert.deepEqual(names, [
      "cache-control",
      "content-type",
      "server-timing",
      "x-content-type-options",
      "x-request-id",
    ]);
    assert.equal(whole.headers.get("cache-control"), "private, no-store, no-transform");
  }));

Deno.test("headers and parameters of the client's that are not on the list do not reach Gemini", () =>
  withService({}, async (t) => {
    const { token } = await t.token([simKey("ok")]);

    const { status } = await t.generate({
      token,
      query: `?key=${token}&access_token=a&callback=b&%24callback=c&quotaUser=d&alt=json&fields=e`,
      headers: {
        cookie: "a=b",
        "x-forwarded-for": "1.2.3.4",
        "x-http-method-override": "DELETE",
        "x-goog-user-project": "other",
        "x-goog-api-client": "genai-js/3.1.0",
        origin: "https://page.example",
        referer: "https://page.example/",
        range: "bytes=0-1",
        te: "trailers",
        connection: "x-goog-api-key",
      },
    });

    assert.equal(status, 200);
    const [call] = t.outbound;
    assert.equal(new URL(call!.url).search, "?alt=json&fields=e");
    assert.deepEqual(Object.keys(call!.headers).sort(), ["content-type", "x-goog-api-client"]);
    assert.equal(t.simulator.calls(simKey("ok")).served, 1);
  }));

/** A secret of no known shape, so that nothing but knowing it can hide it. */
const ODD_KEY = "Zx9:odd~key!that^looks*like(nothing)0";

Deno.test("a refusal that quotes the key, a project and a link of Google's reaches the client without them", () => {
  const project = "123456789012";
  const refused = ({ headers }: Request) => {
    const key = headers.get("x-goog-api-key");
    const message = `${key} is no good for project ${project} or projects/${project}, ` +
      `see https://console.developers.google.com/apis?project=${project}&apiKey=${key}`;
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SOMETHING_ELSE",
        metadata: { consumer: `projects/${project}`, containerInfo: key },
      },
      { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en", message },
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: [{ field: `contents[0].${key}`, description: message }],
      },
    ];
    const error = { code: 400, message, status: "INVALID_ARGUMENT", details };
    return Response.json({ error }, { status: 400 });
  };
  return withService({ upstream: refused }, async (t) => {
    t.canaries.add("project number", project);
    const { token } = await t.token([ODD_KEY]);

    for (const verb of ["generateContent", STREAM]) {
      const { status, json, text } = await t.generate({ token, verb });

      assert.deepEqual([status, json.error.status], [400, "INVALID_ARGUMENT"]);
      assert.match(json.error.message, /is no good for project/);
      assert.doesNotMatch(text, /containerInfo|consumer|LocalizedMessage/);
    }
  });
});
