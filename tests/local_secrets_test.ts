import assert from "node:assert/strict";
import { localSecrets } from "../lib/local_secrets.ts";

const NOTHING = () => undefined;

Deno.test("localSecrets() makes what is missing once, and reads it from then on", async () => {
  await using place = await somewhere();

  const first = await localSecrets(NOTHING, place.path);
  const second = await localSecrets(NOTHING, place.path);

  assert.deepEqual([...first.made.keys()], ["ADMIN_ACCESS_TOKEN", "ENCRYPTION_KEY"]);
  assert.equal(second.made.size, 0);
  assert.equal(second.env("ENCRYPTION_KEY"), first.env("ENCRYPTION_KEY"));
});

Deno.test("localSecrets() gives first starts at once the same secrets", async () => {
  await using place = await somewhere();

  const starts = await Promise.all(
    Array.from({ length: 8 }, () => localSecrets(NOTHING, place.path)),
  );

  assert.equal(new Set(starts.map(({ env }) => env("ENCRYPTION_KEY"))).size, 1);
  assert.equal(starts.filter(({ made }) => made.size > 0).length, 1);
  assert.deepEqual(await place.files(), ["secrets.env"]);
});

Deno.test("localSecrets() takes what the environment has, and makes only the rest", async () => {
  await using place = await somewhere();
  const env = (name: string) => name === "ADMIN_ACCESS_TOKEN" ? "mine" : undefined;

  const { env: all, made } = await localSecrets(env, place.path);
  await localSecrets(NOTHING, place.path);

  assert.equal(all("ADMIN_ACCESS_TOKEN"), "mine");
  assert.deepEqual([...made.keys()], ["ENCRYPTION_KEY"]);
  assert.match(
    await Deno.readTextFile(place.path),
    /^ENCRYPTION_KEY=.+\nADMIN_ACCESS_TOKEN=gka_.+\n$/m,
  );
});

async function somewhere() {
  const directory = await Deno.makeTempDir();
  return {
    path: `${directory}/data/secrets.env`,
    async files() {
      const entries = await Array.fromAsync(Deno.readDir(`${directory}/data`));
      return entries.map(({ name }) => name);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(directory, { recursive: true });
    },
  };
}
