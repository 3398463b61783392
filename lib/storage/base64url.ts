/**
 * Bytes as text that is safe in URLs, headers and addresses. RFC 4648 §5, without padding.
 *
 * @module
 */

/** Bytes to base64url. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Base64url to bytes.
 *
 * @throws {DOMException} `InvalidCharacterError` when it is not base64url.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
