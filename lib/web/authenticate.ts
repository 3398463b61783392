/**
 * Which token a client presented.
 *
 * Promises: nothing malformed reaches storage; a token is looked up and compared by its digest only; a
 * change to a token holds at once in this process and within ten seconds in every other. While storage
 * is out of reach, tokens verified in the last five minutes go on working, so that a pool in use does
 * not stop; a revocation then takes as long.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import { FORBIDDEN, RotatorError, UNAVAILABLE } from "../domain/errors.ts";
import type { ModelName, TokenId } from "../domain/ids.ts";
import type { InBackground } from "../domain/ports.ts";
import type { Token } from "../domain/token.ts";
import { unauthenticated } from "./credential.ts";

/** A token known for so long is verified again behind the answer. */
const VERIFY_AGAIN_MS = 5_000;
/** And for so long, before the answer. */
const VERIFY_FIRST_MS = 9_500;
/** How long a known token works while storage is out of reach. */
const GRACE_MS = 5 * 60_000;
/** The most tokens remembered, and the most credentials that are none. */
const MAX_REMEMBERED = 10_000;
/** A token is read again so often, at most, because this process changed one meanwhile. */
const MAX_LOOKS = 3;

/** What it is made of. */
export interface AuthenticatorParts {
  /** Looks a token up in storage; null when nobody issued it. */
  readonly find: (token: string) => Promise<Token | null>;
  /** Names a token in memory, so that the token itself is not kept there. */
  readonly digest: (token: string) => string;
  /** Monotonic clock for what is remembered, wall clock for tokens that expire. */
  readonly clock: Clock;
  /** Takes looks at storage that no answer waits for. */
  readonly inBackground: InBackground;
}

/** Tells tokens from everything else. */
export interface Authenticator {
  /**
   * The token behind a credential that has the right grammar. At once while it is remembered.
   *
   * @throws {RotatorError} `unauthenticated`; `forbidden` when disabled or expired; `unavailable`
   * when storage is out of reach and the token is not remembered.
   */
  authenticate(credential: string): Token | Promise<Token>;
  /** This process changed the token: it is read again. */
  forget(id: TokenId): void;
}

interface Remembered {
  token: Token;
  verifiedAtMs: number;
}

/** An authenticator that remembers nothing yet. */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { digest, clock, inBackground } = parts;
  // Apart from each other, so that strangers cannot crowd out the tokens that exist.
  const remembered = new Map<string, Remembered>();
  const strangers = new Map<string, number>();
  const verifying = new Map<string, Promise<Token | null>>();
  let changes = 0;
  let failedAtMs = -Infinity;

  function verify(credential: string, name: string): Promise<Token | null> {
    const underWay = verifying.get(name);
    if (underWay !== undefined) return underWay;
    const begun = look(credential, name).finally(() => verifying.delete(name));
    verifying.set(name, begun);
    return begun;
  }

  /** What storage knows, and knew after the last change of this process. */
  async function look(credential: string, name: string): Promise<Token | null> {
    try {
      for (let looks = 1;; looks++) {
        const changesBefore = changes;
        const token = await parts.find(credential);
        if (changes !== changesBefore && looks < MAX_LOOKS) continue;
        remember(name, token);
        return token;
      }
    } catch (cause) {
      failedAtMs = clock.monotonicMs();
      throw cause;
    }
  }

  function remember(name: string, token: Token | null): void {
    const verifiedAtMs = clock.monotonicMs();
    remembered.delete(name);
    strangers.delete(name);
    if (token === null) makeRoom(strangers).set(name, verifiedAtMs);
    else makeRoom(remembered).set(name, { token, verifiedAtMs });
  }

  async function authenticateAfterLook(credential: string, name: string): Promise<Token> {
    const known = remembered.get(name);
    try {
      return usable(await verify(credential, name), clock);
    } catch (cause) {
      if (cause instanceof RotatorError && cause.code !== UNAVAILABLE) throw cause;
      if (known !== undefined && ageMs(known) < GRACE_MS) return usable(known.token, clock);
      throw new RotatorError(
        UNAVAILABLE,
        "Cannot check the access token: our storage is out of reach",
        { cause, retryAfterMs: 5_000 },
      );
    }
  }

  function ageMs({ verifiedAtMs }: Remembered): number {
    return clock.monotonicMs() - verifiedAtMs;
  }

  /** Storage that just failed is not waited for again, while the token may go without it. */
  function maySkipLook(known: Remembered): boolean {
    const hasJustFailed = clock.monotonicMs() - failedAtMs < VERIFY_FIRST_MS;
    return ageMs(known) <= VERIFY_FIRST_MS || (hasJustFailed && ageMs(known) < GRACE_MS);
  }

  function isStranger(name: string): boolean {
    const verifiedAtMs = strangers.get(name);
    return verifiedAtMs !== undefined && clock.monotonicMs() - verifiedAtMs <= VERIFY_FIRST_MS;
  }

  return {
    authenticate(credential) {
      const name = digest(credential);
      if (isStranger(name)) throw unauthenticated();
      const known = remembered.get(name);
      if (known === undefined || !maySkipLook(known)) {
        return authenticateAfterLook(credential, name);
      }
      if (ageMs(known) > VERIFY_AGAIN_MS && !verifying.has(name)) {
        inBackground("verify a token again", verify(credential, name));
      }
      return usable(known.token, clock);
    },

    forget(id) {
      changes += 1;
      for (const [name, { token }] of remembered) {
        if (token.id === id) remembered.delete(name);
      }
    },
  };
}

/**
 * Refuses a model that the token may not name.
 *
 * @throws {RotatorError} `forbidden`
 */
export function checkModel(token: Token, model: ModelName | null): void {
  if (model === null || token.allowedModels === null || token.allowedModels.includes(model)) return;
  throw new RotatorError(
    FORBIDDEN,
    `Cannot use model "${model}": this access token is limited to ${
      token.allowedModels.join(", ")
    }`,
    { param: "model" },
  );
}

function usable(token: Token | null, clock: Clock): Token {
  if (token === null) throw unauthenticated();
  if (!token.enabled) {
    throw new RotatorError(FORBIDDEN, "Cannot serve: this access token is disabled");
  }
  if (token.expiresAt !== null && token.expiresAt <= clock.now()) {
    throw new RotatorError(FORBIDDEN, "Cannot serve: this access token has expired");
  }
  return token;
}

/** The one verified longest ago makes room. */
function makeRoom<Value>(kept: Map<string, Value>): Map<string, Value> {
  for (const oldest of kept.keys()) {
    if (kept.size >= MAX_REMEMBERED) kept.delete(oldest);
    break;
  }
  return kept;
}
