/**
 * A browser, as far as cookies and forms are concerned.
 *
 * @module
 */

/** A cookie, as it was set. */
export interface KeptCookie {
  readonly value: string;
  /** In lower case, without values but for `samesite`, `path` and `max-age`. */
  readonly attributes: readonly string[];
}

/** One person's browser at one origin. */
export class Browser {
  /** What it keeps, by name. */
  readonly cookies = new Map<string, KeptCookie>();
  readonly #origin: string;

  /** Nobody has been here yet. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The one cookie that it keeps, its attributes sorted. */
  get cookie(): KeptCookie & { readonly name: string } {
    const [kept, ...more] = this.cookies;
    if (kept === undefined || more.length > 0) throw new Error(`${this.cookies.size} cookies`);
    const [name, { value, attributes }] = kept;
    return { name, value, attributes: attributes.toSorted() };
  }

  /** Another browser with the same cookies. */
  copy(): Browser {
    const other = new Browser(this.#origin);
    for (const [name, cookie] of this.cookies) other.cookies.set(name, cookie);
    return other;
  }

  /** A request with its cookies. */
  request(address: string | URL, { headers, ...init }: RequestInit = {}): Request {
    const all = new Headers(headers);
    const cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
    if (cookie !== "") all.set("cookie", cookie);
    return new Request(new URL(address, this.#origin), { ...init, headers: all });
  }

  /** A form of a page of ours. Under `Referrer-Policy: no-referrer` that is said in this way. */
  form(address: string, fields: Readonly<Record<string, string>> = {}): Request {
    return this.request(address, {
      method: "POST",
      headers: { origin: "null", "sec-fetch-site": "same-origin" },
      body: new URLSearchParams(fields),
    });
  }

  /** Keeps the cookies of an answer. */
  keep(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, { value, attributes: attributes.map((a) => a.toLowerCase()) });
    }
  }
}
