/**
 * Somebody who has signed in, and looks at pages.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Browser } from "./browser.ts";
import { ADMIN_TOKEN, type Answered, type TestService } from "./service.ts";

const PUBLIC_URL = "https://rotator.example";

/** The settings of a service that people can sign in to. */
export const env: Readonly<Record<string, string>> = { PUBLIC_URL };

/** What they can do with pages. */
export interface SignedIn {
  /** Looks at a page. */
  get(path: string): Promise<Answered>;
  /** Sends a page's form. */
  post(path: string, fields: Fields): Promise<Answered>;
  /** The same, for a page that shows the tokens it makes. */
  postToMake(path: string, fields: Fields): Promise<Answered>;
}

type Fields = Record<string, string> | [string, string][];

/** Signs somebody in by the form; their session is a secret from then on. */
export async function signedIn(
  { service, ask, askToShow, canaries }: TestService,
): Promise<SignedIn> {
  const browser = new Browser(PUBLIC_URL);
  // Past the door where answers are searched for secrets, because this one has to tell one.
  const reply = await service.handle(browser.form("/admin/login", { token: ADMIN_TOKEN }));
  assert.equal(reply.status, 303);
  browser.keep(reply.headers.getSetCookie());
  canaries.add("session", browser.cookie.value);
  const { headers } = browser.request("/admin");

  function form(fields: Fields): RequestInit {
    const sent = new Headers(headers);
    sent.set("origin", PUBLIC_URL);
    sent.set("content-type", "application/x-www-form-urlencoded");
    return { method: "POST", headers: sent, body: new URLSearchParams(fields).toString() };
  }

  return {
    get: (path) => ask(path, { headers }),
    post: (path, fields) => ask(path, form(fields)),
    postToMake: (path, fields) => askToShow(path, form(fields)),
  };
}
