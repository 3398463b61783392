/**
 * Which GitHub accounts may administer.
 *
 * The promise: an account is known by its id. A login on the list is looked up once and then stands for
 * the account that had it at that moment, for good: whoever takes the login over later is a stranger,
 * and whoever gave it up is not. An empty list admits nobody.
 *
 * @module
 */

import type { Clock } from "../../domain/clock.ts";
import type { GitHubLogins } from "../../domain/sign_in.ts";
import type { GitHub } from "./github.ts";

/** `GITHUB_ADMINS`: ids, and logins in lower case. */
export interface AdminList {
  /** Accounts by their id. */
  readonly ids: readonly number[];
  /** Accounts by the login they have now. */
  readonly logins: readonly string[];
}

/** What it is made of. */
export interface GitHubAdminsParts {
  /** Who is on the list. */
  readonly list: AdminList;
  /** Remembers whose logins they are. */
  readonly logins: GitHubLogins;
  /** Knows whose logins they are now. */
  readonly gitHub: Pick<GitHub, "ownerOf">;
  /** Says when GitHub may be asked again about a login. */
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** GitHub gives sixty answers an hour to those who do not sign in. */
const ASK_AGAIN_MS = 10 * 60_000;

/** The accounts on the list. */
export class GitHubAdmins {
  readonly #parts: GitHubAdminsParts;
  readonly #known = new Map<string, number>();
  readonly #askedAtMs = new Map<string, number>();

  /** Has asked nobody yet. */
  constructor(parts: GitHubAdminsParts) {
    this.#parts = parts;
  }

  /** Whether this account is on the list, as far as we know without asking GitHub. */
  async includes(id: number): Promise<boolean> {
    const { list, logins } = this.#parts;
    if (list.ids.includes(id)) return true;
    for (const login of list.logins) {
      const known = this.#known.get(login) ?? await logins.find(login);
      if (known !== null) this.#known.set(login, known);
      if (known === id) return true;
    }
    return false;
  }

  /** Looks up the logins whose accounts are not known yet. One that nobody has is asked for again later. */
  async resolve(): Promise<void> {
    const { list, logins, gitHub, clock } = this.#parts;
    for (const login of list.logins) {
      const nowMs = clock.monotonicMs();
      const isAsked = nowMs - (this.#askedAtMs.get(login) ?? -Infinity) < ASK_AGAIN_MS;
      if (isAsked || this.#known.has(login) || await logins.find(login) !== null) continue;
      this.#askedAtMs.set(login, nowMs);
      const owner = await gitHub.ownerOf(login);
      if (owner !== null) this.#known.set(login, await logins.keep(login, owner.id));
    }
  }
}
