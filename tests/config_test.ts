import assert from "node:assert/strict";
import { ConfigError, isOnDeploy, readConfig } from "../lib/config.ts";

const ADMIN_ACCESS_TOKEN = "adm_Vq8XzT4mKc2Lw9RbYp5Hd7Jf3NgSu6Ae";
const ENCRYPTION_KEY = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vASNFZ4k=";

/** The configuration with these settings besides the secrets; undefined takes one away. */
function configOf(settings: Record<string, string | undefined> = {}) {
  const all: Record<string, string | undefined> = {
    ADMIN_ACCESS_TOKEN,
    ENCRYPTION_KEY,
    ...settings,
  };
  return readConfig((name) => all[name]);
}

function refuses(settings: Record<string, string | undefined>, message: RegExp): void {
  assert.throws(() => configOf(settings), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, message);
    return true;
  }, JSON.stringify(settings));
}

Deno.test("readConfig() needs the two secrets and has a default for the rest", () => {
  const { secrets, ...rest } = configOf();

  assert.deepEqual(rest, {
    port: 8000,
    host: "127.0.0.1",
    kv: { kind: "path", path: "data/kv.sqlite" },
    geminiBaseUrl: "https://generativelanguage.googleapis.com",
    upstreamClient: "node",
    allowedOrigins: "*",
    mediaHosts: [],
    modelTable: [],
    callersMayStore: false,
    publicUrl: null,
    gitHub: null,
    firstByteMs: 120_000,
    idleMs: 120_000,
  });
  assert.equal(secrets.adminAccessToken, ADMIN_ACCESS_TOKEN);
  assert.equal(secrets.encryptionKey.length, 32);
  assert.equal(secrets.previousEncryptionKey, null);
});

Deno.test("readConfig() takes every setting", () => {
  const config = configOf({
    PORT: "0",
    HOST: " 0.0.0.0 ",
    KV_PATH: "/var/kv",
    GEMINI_API_BASE_URL: "https://gateway.example/v1/a/",
    CORS_ALLOWED_ORIGINS: "https://a.example, https://b.example:8443",
    MEDIA_HOSTS: "images.example.com, *.Files.example,, *.bücher.example",
    FIRST_BYTE_TIMEOUT_SECONDS: "30",
    IDLE_TIMEOUT_SECONDS: "3600",
    ENCRYPTION_KEY_PREVIOUS: ENCRYPTION_KEY.replaceAll("+", "-"),
  });

  assert.equal(config.port, 0);
  assert.equal(config.host, "0.0.0.0");
  assert.deepEqual(config.kv, { kind: "path", path: "/var/kv" });
  assert.equal(config.geminiBaseUrl, "https://gateway.example/v1/a");
  assert.deepEqual(config.allowedOrigins, new Set(["https://a.example", "https://b.example:8443"]));
  assert.deepEqual(config.mediaHosts, [
    "images.example.com",
    "*.files.example",
    "*.xn--bcher-kva.example",
  ]);
  assert.deepEqual([config.firstByteMs, config.idleMs], [30_000, 3_600_000]);
  assert.equal(config.secrets.previousEncryptionKey?.length, 32);
});

Deno.test("readConfig() knows three places for KV", () => {
  assert.deepEqual(configOf({ KV_URL: "https://kv.example/" }).kv, {
    kind: "url",
    url: "https://kv.example/",
  });
  assert.deepEqual(configOf({ DENO_DEPLOYMENT_ID: "abc" }).kv, { kind: "platform" });
  assert.deepEqual(configOf({ KV_PATH: " " }).kv, { kind: "path", path: "data/kv.sqlite" });
  refuses({ KV_PATH: "a", KV_URL: "https://kv.example/" }, /KV_PATH and KV_URL/);
  refuses({ KV_URL: "kv.example" }, /KV_URL/);
  refuses({ KV_URL: "file:///kv" }, /KV_URL/);
});

for (const name of ["ADMIN_ACCESS_TOKEN", "ENCRYPTION_KEY"]) {
  Deno.test(`readConfig() refuses ${name} when it is missing, empty, short, a sample or easy to guess`, () => {
    const samples = [
      ...[undefined, "", " ", "changeme", "x".repeat(64)],
      ...["your-token-here-your-token-here-1234", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
      ...["change-me-Vq8XzT4mKc2Lw9RbYp5Hd7Jf3N", "adm Vq8XzT4mKc2Lw9RbYp5Hd7Jf3NgSu6Ae"],
    ];
    for (const sample of samples) {
      refuses({ [name]: sample }, new RegExp(name));
    }
  });
}

Deno.test("readConfig() never repeats a secret in what it says", () => {
  for (
    const sample of ["Vq8XzT4mKc2Lw9RbYp5Hd7", `${ADMIN_ACCESS_TOKEN}!`, `${ENCRYPTION_KEY}AAAA`]
  ) {
    for (const name of ["ADMIN_ACCESS_TOKEN", "ENCRYPTION_KEY", "ENCRYPTION_KEY_PREVIOUS"]) {
      try {
        configOf({ [name]: sample });
      } catch (error) {
        assert.ok(!(error as Error).message.includes(sample), name);
      }
    }
  }
});

Deno.test("readConfig() sends keys to https only, or to this machine", () => {
  for (const url of ["http://localhost:1", "http://127.0.0.1:8080", "http://[::1]:1"]) {
    assert.equal(configOf({ GEMINI_API_BASE_URL: url }).geminiBaseUrl, url);
  }
  for (
    const url of [
      "http://gemini.example",
      "http://127.0.0.1.evil.example",
      "http://localhost.evil.example",
      "ftp://gemini.example",
      "gemini.example",
      "https://user:secret@gemini.example",
      "https://gemini.example/?key=1",
      "https://gemini.example/#a",
    ]
  ) refuses({ GEMINI_API_BASE_URL: url }, /GEMINI_API_BASE_URL/);
});

Deno.test("readConfig() refuses numbers and origins that are none", () => {
  for (const PORT of ["-1", "65536", "80.5", "http", "0x50", "1e3", "٣"]) refuses({ PORT }, /PORT/);
  for (const seconds of ["0", "3601", "-5", "soon"]) {
    refuses({ FIRST_BYTE_TIMEOUT_SECONDS: seconds }, /FIRST_BYTE_TIMEOUT_SECONDS/);
    refuses({ IDLE_TIMEOUT_SECONDS: seconds }, /IDLE_TIMEOUT_SECONDS/);
  }
  for (
    const origin of [
      "a.example",
      "https://a.example/",
      "https://a.example/path",
      "null",
      "https://*",
    ]
  ) {
    refuses({ CORS_ALLOWED_ORIGINS: `https://good.example,${origin}` }, /CORS_ALLOWED_ORIGINS/);
  }
});

Deno.test("isOnDeploy() tells by the platform's own variable", () => {
  assert.equal(isOnDeploy(() => undefined), false);
  assert.equal(isOnDeploy((name) => name === "DENO_DEPLOYMENT_ID" ? "" : undefined), true);
});

for (
  const [where, env, client] of [
    ["on a machine of ours", {}, "node"],
    ["on Deno Deploy", { DENO_DEPLOYMENT_ID: "x" }, "fetch"],
    ["behind a proxy", { HTTPS_PROXY: "http://proxy.example" }, "fetch"],
    ["behind a proxy in small letters", { https_proxy: "http://proxy.example" }, "fetch"],
    ["where it is said", { UPSTREAM_CLIENT: "fetch" }, "fetch"],
    [
      "where it is said against the rule",
      { UPSTREAM_CLIENT: "node", DENO_DEPLOYMENT_ID: "x" },
      "node",
    ],
  ] as const
) {
  Deno.test(`readConfig() lets ${client} carry the calls ${where}`, () => {
    assert.equal(configOf(env).upstreamClient, client);
  });
}

Deno.test("readConfig() names an upstream client that it does not know", () => {
  assert.throws(
    () => configOf({ UPSTREAM_CLIENT: "curl" }),
    /UPSTREAM_CLIENT: expected "node" or "fetch"/,
  );
});

Deno.test("readConfig() refuses a list of origins that names none", () => {
  assert.throws(
    () => configOf({ CORS_ALLOWED_ORIGINS: " , " }),
    /CORS_ALLOWED_ORIGINS: it names no origin/,
  );
});

Deno.test("readConfig() refuses media hosts that are addresses, URLs, single labels or everything", () => {
  for (
    const host of [
      ...["*", "*.", "*.*", "*.com", "com", "localhost", "*localhost", "images.*.example"],
      ...["127.0.0.1", "*.0.0.1", "2130706433", "0x7f.1", "①②⑦.0.0.1", "[::1]", "::1", "*.[::1]"],
      ...["https://a.example", "a.example/", "a.example:443", "a.example:8443", "me@a.example"],
      ...["a.example.", "a..example", ".a.example", "a_b.example", "a b.example", "a.example\\x"],
      ...["a.example?x", "a.example#x", "a%2eb.example", `${"a".repeat(64)}.example`],
    ]
  ) refuses({ MEDIA_HOSTS: `good.example,${host}` }, /MEDIA_HOSTS/);
});

const GITHUB = {
  PUBLIC_URL: "https://keys.example.com",
  GITHUB_CLIENT_ID: "Iv1.0123456789abcdef",
  GITHUB_CLIENT_SECRET: "0123456789abcdef0123456789abcdef01234567",
};

Deno.test("readConfig() takes an origin as PUBLIC_URL: https, or http on this machine", () => {
  assert.equal(configOf({ PUBLIC_URL: "https://Keys.example.com/" }).publicUrl, GITHUB.PUBLIC_URL);
  for (const url of ["http://localhost:8000", "http://127.0.0.1:8000", "https://a.example:8443"]) {
    assert.equal(configOf({ PUBLIC_URL: url }).publicUrl, url);
  }
  for (
    const url of [
      "keys.example.com",
      "http://keys.example.com",
      "ftp://keys.example.com",
      "https://keys.example.com/admin",
      "https://keys.example.com?x",
      "https://user:pass@keys.example.com",
      "http://localhost.evil.example",
    ]
  ) refuses({ PUBLIC_URL: url }, /PUBLIC_URL/);
});

Deno.test("readConfig() reads admins of GitHub as ids and logins", () => {
  const { gitHub, secrets } = configOf({
    ...GITHUB,
    GITHUB_ADMINS: " 583231, Octo-Cat,,7,octo-cat",
  });

  assert.deepEqual(gitHub, {
    clientId: GITHUB.GITHUB_CLIENT_ID,
    admins: { ids: [583_231, 7], logins: ["octo-cat"] },
  });
  assert.equal(secrets.gitHubClientSecret, GITHUB.GITHUB_CLIENT_SECRET);
  assert.deepEqual(configOf(GITHUB).gitHub?.admins, { ids: [], logins: [] });
  assert.equal(configOf().secrets.gitHubClientSecret, null);
});

Deno.test("readConfig() wants all of GitHub's settings or none, and says which is missing", () => {
  for (const name of Object.keys(GITHUB)) {
    refuses({ ...GITHUB, [name]: undefined }, new RegExp(`${name} is not set`));
  }
  refuses({ GITHUB_ADMINS: "octocat" }, /GITHUB_CLIENT_ID is not set/);
  refuses({ ...GITHUB, GITHUB_CLIENT_ID: "x y" }, /GITHUB_CLIENT_ID/);
  refuses({ ...GITHUB, GITHUB_CLIENT_SECRET: "short" }, /GITHUB_CLIENT_SECRET/);
});

Deno.test("readConfig() refuses admins that no account could be", () => {
  for (
    const admin of ["-a", "a--b", "a b", "0", "9".repeat(20), "a/b", "@octocat", "x".repeat(40)]
  ) {
    refuses({ ...GITHUB, GITHUB_ADMINS: `octocat,${admin}` }, /GITHUB_ADMINS/);
  }
});

Deno.test("readConfig() never repeats the secret of the OAuth app", () => {
  try {
    configOf({ ...GITHUB, GITHUB_CLIENT_SECRET: "a secret with spaces" });
    assert.fail("it was taken");
  } catch (error) {
    assert.ok(!(error as Error).message.includes("with spaces"));
  }
});
