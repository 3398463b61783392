/**
 * The settings of signing in: our own address, and who may come in by GitHub.
 *
 * @module
 */

import { ConfigError, type Environment, given, httpUrl, listed, LOOPBACK } from "./settings.ts";

/** Signing in with GitHub. The secret is apart. */
export interface GitHubSettings {
  /** `GITHUB_CLIENT_ID` of an OAuth app whose callback is below `PUBLIC_URL`. */
  readonly clientId: string;
  /** `GITHUB_ADMINS`: who may come in; nobody unless they are named. */
  readonly admins: {
    /** Accounts by number, which is what digits alone are read as. */
    readonly ids: readonly number[];
    /** Accounts by login, in lower case. */
    readonly logins: readonly string[];
  };
}

/**
 * `PUBLIC_URL`: our origin, for cookies, forms and GitHub. Never taken from a request.
 *
 * @throws {ConfigError} when it is no origin, or not https and elsewhere than on this machine.
 */
export function publicUrl(env: Environment): string | null {
  const text = given(env, "PUBLIC_URL");
  if (text === null) return null;
  const url = httpUrl("PUBLIC_URL", text);
  if (url.href !== `${url.origin}/`) {
    throw new ConfigError(
      "Cannot use PUBLIC_URL: expected an origin such as https://keys.example.com, without a path",
    );
  }
  if (url.protocol !== "https:" && !LOOPBACK.has(url.hostname)) {
    throw new ConfigError(
      "Cannot use PUBLIC_URL: it must begin with https://, except on this machine",
    );
  }
  return url.origin;
}

const CLIENT_ID = /^[A-Za-z0-9._-]{8,100}$/;
const CLIENT_SECRET = /^[\x21-\x7e]{16,200}$/;
/** https://docs.github.com/en/rest/users/users: up to 39 letters, digits and single dashes. */
const LOGIN = /^(?=.{1,39}$)[a-z\d]+(?:-[a-z\d]+)*(?:_[a-z\d]+)?$/i;

/**
 * Everything about GitHub; null when nothing of it is set.
 *
 * @throws {ConfigError} when a part is missing or cannot be what it should be.
 */
export function gitHubSettings(
  env: Environment,
): { settings: GitHubSettings; clientSecret: string } | null {
  const [clientId, clientSecret, admins] = [
    given(env, "GITHUB_CLIENT_ID"),
    given(env, "GITHUB_CLIENT_SECRET"),
    given(env, "GITHUB_ADMINS"),
  ];
  if (clientId === null && clientSecret === null && admins === null) return null;
  if (clientId === null) throw lacking("GITHUB_CLIENT_ID");
  if (clientSecret === null) throw lacking("GITHUB_CLIENT_SECRET");
  if (given(env, "PUBLIC_URL") === null) throw lacking("PUBLIC_URL");
  if (!CLIENT_ID.test(clientId)) {
    throw new ConfigError("Cannot use GITHUB_CLIENT_ID: it is not the id of an OAuth app");
  }
  if (!CLIENT_SECRET.test(clientSecret)) {
    throw new ConfigError("Cannot use GITHUB_CLIENT_SECRET: it is not the secret of an OAuth app");
  }
  return { settings: { clientId, admins: adminsOf(admins ?? "") }, clientSecret };
}

function lacking(name: string): ConfigError {
  return new ConfigError(`Cannot set up signing in with GitHub: ${name} is not set`);
}

function adminsOf(text: string): GitHubSettings["admins"] {
  const ids = new Set<number>();
  const logins = new Set<string>();
  for (const item of listed(text)) {
    const id = Number(item);
    if (/^\d+$/.test(item) && id >= 1 && Number.isSafeInteger(id)) ids.add(id);
    else if (LOGIN.test(item) && !/^\d+$/.test(item)) logins.add(item.toLowerCase());
    else {
      throw new ConfigError(
        `Cannot read GITHUB_ADMINS: "${item}" is neither the id of an account nor a login`,
      );
    }
  }
  return { ids: [...ids], logins: [...logins] };
}
