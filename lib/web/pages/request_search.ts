/**
 * Finding a request by the id that its client saw.
 *
 * @module
 */

/** What was looked for. */
export type RequestSearch =
  /** Nothing. */
  | { readonly kind: "none" }
  /** An id; its page tells whether it is remembered. */
  | { readonly kind: "found"; readonly href: string }
  /** Something that cannot be one. */
  | { readonly kind: "wrong"; readonly typed: string };

/** Where the page of this id is. People paste it with the header's name, or with white space. */
export function requestSearch(typed: string | null): RequestSearch {
  const id = (typed ?? "").trim().toLowerCase().replace(/^x-request-id:\s*/, "");
  if (id === "") return { kind: "none" };
  return isRequestId(id)
    ? { kind: "found", href: `/admin/requests/${id}` }
    : { kind: "wrong", typed: typed ?? "" };
}

function isRequestId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
