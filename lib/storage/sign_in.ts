/**
 * What signing in keeps in KV: locks, the accounts behind GitHub logins; and what it seals.
 *
 * @module
 */

import type { CookieSeal, GitHubLogins, SignInLocks } from "../domain/sign_in.ts";
import type { EpochMs } from "../domain/ids.ts";
import { gitHubLoginAddress, signInLockAddress } from "./addresses.ts";
import { atomically } from "./atomically.ts";
import { decode, encode } from "./codec.ts";
import type { StorageContext } from "./context.ts";
import { VaultSealed } from "./vault.ts";

/** Locks over this storage: one write each. */
export function createSignInLocks(context: StorageContext): SignInLocks {
  const { kv, clock } = context;
  return {
    async until(scopes) {
      const entries = await kv.getMany<Uint8Array[]>(scopes.map(signInLockAddress));
      const ends = entries.flatMap(({ value }) => value === null ? [] : decode<EpochMs>(value))
        .filter((end) => end > clock.now());
      return ends.length === 0 ? null : Math.max(...ends) as EpochMs;
    },

    async shut(scope, until) {
      const address = signInLockAddress(scope);
      await atomically(async () => {
        const entry = await kv.get(address);
        if (entry.value !== null && decode<EpochMs>(entry.value) >= until) {
          return { operation: null, value: null };
        }
        const expireIn = Math.max(1, Math.ceil(until - clock.now()));
        const operation = kv.atomic().check(entry).set(address, encode(until), { expireIn });
        return { operation, value: null };
      }, context);
    },
  };
}

/** GitHub logins over this storage. What is remembered is never written over. */
export function createGitHubLogins(context: StorageContext): GitHubLogins {
  const { kv } = context;
  return {
    async find(login) {
      const { value } = await kv.get(gitHubLoginAddress(login));
      return value === null ? null : decode<number>(value);
    },

    async keep(login, id) {
      const address = gitHubLoginAddress(login);
      return await atomically(async () => {
        const entry = await kv.get(address);
        if (entry.value !== null) return { operation: null, value: decode<number>(entry.value) };
        return { operation: kv.atomic().check(entry).set(address, encode(id)), value: id };
      }, context);
    },
  };
}

/** Not an address of KV: it keeps what is sealed for a browser apart from what is sealed for storage. */
const SEALED_FOR = ["cookie"];

/** Seals cookies with the key that seals secrets, for a place where no secret is. */
export function createCookieSeal({ vault }: Pick<StorageContext, "vault">): CookieSeal {
  return {
    seal: (text) => vault.seal(text, SEALED_FOR),
    async open(sealed) {
      try {
        return await vault.open(sealed, SEALED_FOR);
      } catch (error) {
        // A stranger may send whatever it likes, base64 or not.
        if (error instanceof VaultSealed || error instanceof DOMException) return null;
        throw error;
      }
    },
  };
}
