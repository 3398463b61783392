/**
 * Sealing and digesting: what makes stored secrets useless to whoever reads the storage.
 *
 * `ENCRYPTION_KEY` wraps one random data key, kept in KV. From the data key come, each by HKDF with a
 * label of its own, the sealing key and the digest keys. So no secret has two jobs, a new
 * `ENCRYPTION_KEY` rewraps a single record, and one that is wrong is noticed before anything is
 * served or written.
 *
 * A sealed secret reads `v1.<key id>.<nonce>.<ciphertext>` and is bound to its address: moved to
 * another, it does not open.
 *
 * @module
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { atomically, type Plan } from "./atomically.ts";
import { vaultAddress } from "./addresses.ts";
import { decode, encode } from "./codec.ts";
import type { Kv } from "./kv.ts";

/** What is stored does not open: `ENCRYPTION_KEY` is another, or the text was changed or moved. */
export class VaultSealed extends Error {
  /** Stands before the message in logs. */
  override readonly name = "VaultSealed";
}

/** Seals, opens and digests. One per process. */
export interface Vault {
  /** Seals a secret for one address. */
  seal(secret: string, address: Deno.KvKey): Promise<string>;
  /** Opens what was sealed for this address; throws when it was changed or moved. */
  open(sealed: string, address: Deno.KvKey): Promise<string>;
  /** The digest by which an access token, or what was kept for one, is looked up: 43 characters. */
  tokenDigest(token: string): string;
  /** The digest of what a browser shows, and of what must not serve twice: 43 characters. */
  sessionDigest(secret: string): string;
  /** The digest that finds a key's duplicates: 43 characters. */
  keyDigest(secret: string): string;
  /** Eight hex digits that tell keys apart when shown. */
  fingerprint(secret: string): string;
}

/** The keys that may open the vault: 32 bytes each. */
export interface MasterKeys {
  /** Wraps the data key from now on. */
  readonly current: Uint8Array;
  /** The key before the last change; the data key is rewrapped when it is met. */
  readonly previous?: Uint8Array;
}

interface VaultRecord {
  /** The data key, sealed with the wrapping key derived from `ENCRYPTION_KEY`. */
  readonly wrapped: string;
}

/**
 * Opens the vault, making it on the first start.
 *
 * @throws {VaultSealed} when neither key opens it. Nothing has been written then.
 */
export async function openVault(kv: Kv, { current, previous }: MasterKeys): Promise<Vault> {
  const wrapping = await sealingKey(current, "wrap");
  const dataKey = await atomically(async () => {
    const entry = await kv.get(vaultAddress());
    if (entry.value === null) {
      const fresh = crypto.getRandomValues(new Uint8Array(32));
      return await keep(kv, entry, { wrapping, dataKey: fresh });
    }
    const { wrapped } = decode<VaultRecord>(entry.value);
    const found = await unwrap(wrapped, wrapping);
    if (found !== null) return { operation: null, value: found };

    const older = previous ? await unwrap(wrapped, await sealingKey(previous, "wrap")) : null;
    if (older !== null) return await keep(kv, entry, { wrapping, dataKey: older });
    throw new VaultSealed(
      "Cannot open the stored secrets: ENCRYPTION_KEY is not the key they were sealed with",
    );
  });
  return await vaultFrom(dataKey);
}

/** Plans to keep the data key, wrapped anew. */
async function keep(
  kv: Kv,
  entry: Deno.KvEntryMaybe<unknown>,
  { wrapping, dataKey }: { wrapping: SealingKey; dataKey: Uint8Array },
): Promise<Plan<Uint8Array>> {
  const wrapped = await sealText(wrapping, encodeBase64Url(dataKey), vaultAddress());
  const record: VaultRecord = { wrapped };
  const operation = kv.atomic().check(entry).set(vaultAddress(), encode(record));
  return { operation, value: dataKey };
}

async function unwrap(wrapped: string, wrapping: SealingKey): Promise<Uint8Array | null> {
  const [, id] = wrapped.split(".");
  if (id !== wrapping.id) return null;
  return decodeBase64Url(await openText(wrapping, wrapped, vaultAddress()));
}

async function vaultFrom(dataKey: Uint8Array): Promise<Vault> {
  const sealing = await sealingKey(dataKey, "seal");
  const digests = {
    token: hmac.create(sha256, await derive(dataKey, "token digest")),
    session: hmac.create(sha256, await derive(dataKey, "session digest")),
    key: hmac.create(sha256, await derive(dataKey, "key digest")),
    fingerprint: hmac.create(sha256, await derive(dataKey, "fingerprint")),
  };
  const digest = (by: keyof typeof digests, text: string) =>
    digests[by].clone().update(encoder.encode(text)).digest();
  return {
    seal: (secret, address) => sealText(sealing, secret, address),
    open: (sealed, address) => openText(sealing, sealed, address),
    tokenDigest: (token) => encodeBase64Url(digest("token", token)),
    sessionDigest: (secret) => encodeBase64Url(digest("session", secret)),
    keyDigest: (secret) => encodeBase64Url(digest("key", secret)),
    fingerprint: (secret) => hex(digest("fingerprint", secret).subarray(0, 4)),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface SealingKey {
  /** Tells which key sealed a text, without telling the key. */
  readonly id: string;
  readonly key: CryptoKey;
}

/** AES-256-GCM with a random 96-bit nonce; the address is authenticated with the text. */
async function sealText({ id, key }: SealingKey, text: string, address: Deno.KvKey) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(gcm(nonce, id, address), key, encoder.encode(text));
  return ["v1", id, encodeBase64Url(nonce), encodeBase64Url(new Uint8Array(sealed))].join(".");
}

async function openText({ id, key }: SealingKey, sealed: string, address: Deno.KvKey) {
  const [version, sealedBy, nonce, text] = sealed.split(".");
  if (version !== "v1" || sealedBy !== id || nonce === undefined || text === undefined) {
    throw new VaultSealed("Cannot open a stored secret: it was sealed in another way");
  }
  try {
    const gcmParams = gcm(decodeBase64Url(nonce), id, address);
    return decoder.decode(await crypto.subtle.decrypt(gcmParams, key, decodeBase64Url(text)));
  } catch (cause) {
    throw new VaultSealed("Cannot open a stored secret: it was changed or moved", { cause });
  }
}

function gcm(nonce: Uint8Array<ArrayBuffer>, id: string, address: Deno.KvKey): AesGcmParams {
  const boundTo = encoder.encode(JSON.stringify(["v1", id, ...address]));
  return { name: "AES-GCM", iv: nonce, additionalData: boundTo };
}

async function sealingKey(master: Uint8Array, label: string): Promise<SealingKey> {
  const raw = await derive(master, label);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  return { id: hex((await derive(master, `${label} id`)).subarray(0, 4)), key };
}

/** HKDF-SHA-256, RFC 5869. */
async function derive(master: Uint8Array, label: string): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey(
    "raw",
    new Uint8Array(master),
    "HKDF",
    false,
    ["deriveBits"],
  );
  const info = encoder.encode(`gemini-key-rotator ${label}`);
  const params = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(params, material, 256));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
