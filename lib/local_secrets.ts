/**
 * Secrets for a laptop: made on the first start, kept in a file that only its owner can read.
 *
 * @module
 */

import { type Environment, GENERATED_SECRETS } from "./config.ts";

/** What came of looking for secrets. */
export interface LocalSecrets {
  /** The environment, with the file's secrets where it has none. */
  readonly env: Environment;
  /** What was made just now, by name; empty when nothing was missing. */
  readonly made: ReadonlyMap<string, string>;
}

/**
 * Fills in the secrets that the environment lacks, from the file at `path`; makes those that it lacks
 * too, and writes them there with mode 600.
 */
export async function localSecrets(env: Environment, path: string): Promise<LocalSecrets> {
  const missing = GENERATED_SECRETS.filter((name) => (env(name) ?? "").trim() === "");
  if (missing.length === 0) return { env, made: new Map() };

  const { all, made } = await fillIn(path, missing);
  return {
    env: (name) => missing.some((secret) => secret === name) ? all.get(name) : env(name),
    made,
  };
}

/** Reads the file and adds what it lacks. */
async function fillIn(path: string, missing: readonly Secret[]) {
  const kept = await readSecrets(path);
  const made = new Map(
    missing.filter((name) => !kept.has(name)).map((name) => [name as string, newSecret(name)]),
  );
  const all = new Map([...kept, ...made]);
  if (made.size === 0 || await writeSecrets(path, all, { isNew: kept.size === 0 })) {
    return { all, made };
  }
  // Another first start was faster: its secrets are the ones.
  return { all: await readSecrets(path), made: new Map<string, string>() };
}

/** The name of a secret that can be made. */
export type Secret = typeof GENERATED_SECRETS[number];

/** A fresh value: 256 random bits. */
export function newSecret(name: Secret): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  if (name === "ENCRYPTION_KEY") return base64;
  return `gka_${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

async function readSecrets(path: string): Promise<Map<string, string>> {
  const lines = (await readText(path)).split("\n");
  return new Map(
    lines.map((line) => /^([A-Z_]+)=(.+)$/.exec(line.trim()))
      .filter((match) => match !== null)
      .map(([, name = "", value = ""]) => [name, value]),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/**
 * Written beside and then put in place, so that a crash cannot leave half of the secrets. False when
 * somebody else has put a new file there meanwhile.
 */
async function writeSecrets(
  path: string,
  secrets: ReadonlyMap<string, string>,
  { isNew }: { isNew: boolean },
): Promise<boolean> {
  const lines = [...secrets].map(([name, value]) => `${name}=${value}\n`);
  const text =
    `# Made on the first start. Keep it: without ENCRYPTION_KEY the stored keys are lost.\n${
      lines.join("")
    }`;
  const beside = `${path}.${crypto.randomUUID()}`;
  await Deno.mkdir(directoryOf(path), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(beside, text, { mode: 0o600 });
  if (!isNew) {
    await Deno.rename(beside, path);
    return true;
  }
  try {
    await Deno.link(beside, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    await Deno.remove(beside);
  }
}

function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash + 1);
}
