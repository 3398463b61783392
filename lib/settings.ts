/**
 * What reading any setting needs.
 *
 * @module
 */

/** Environment variables by name; an absent one is undefined. */
export type Environment = (name: string) => string | undefined;

/** A setting is missing or not what it should be; the message names it. */
export class ConfigError extends Error {
  /** Stands before the message wherever the error itself is printed. */
  override readonly name = "ConfigError";
}

/** Names of this machine, which nobody else can take. */
export const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** A setting that was given; one that is only white space was not. */
export function given(env: Environment, name: string): string | null {
  const value = env(name)?.trim();
  return value === undefined || value === "" ? null : value;
}

/**
 * An http or https URL.
 *
 * @throws {ConfigError} naming the setting.
 */
export function httpUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(`Cannot read ${name}: expected an http or https URL`);
  }
  return url;
}

/** What stands between commas. */
export function listed(text: string): string[] {
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}
