/**
 * How this installation is set up, row by row. Nothing here is a secret, or tells of one.
 *
 * @module
 */

import type { Setup } from "./page_state.ts";

/** One thing that can be set. */
export interface SettingRow {
  /** What it is about. */
  readonly name: string;
  /** The environment variable, or several; null for what is not set by one. */
  readonly setting: string | null;
  /** How it is. */
  readonly value: string;
}

const KV: Readonly<Record<string, string>> = {
  platform: "Deno KV of the platform",
  url: "Deno KV at an address of your own",
  path: "Deno KV in a file on this machine",
};

/** The rows, in the order in which people ask. */
export function settingsRows(setup: Setup): SettingRow[] {
  const { kv, geminiBaseUrl, publicUrl, gitHub, callersMayStore, mediaHosts } = setup;
  return [
    { name: "Storage", setting: "KV_PATH or KV_URL", value: KV[kv] ?? kv },
    { name: "Gemini's address", setting: "GEMINI_API_BASE_URL", value: geminiBaseUrl },
    {
      name: "Our own address",
      setting: "PUBLIC_URL",
      value: publicUrl ?? "Not set: people sign in on this machine only",
    },
    {
      name: "Sign-in with GitHub",
      setting: "GITHUB_CLIENT_ID",
      value: gitHub ? "On, for the accounts of GITHUB_ADMINS" : "Off: by the admin token only",
    },
    {
      name: "Storing at Google",
      setting: "CALLERS_MAY_STORE",
      value: callersMayStore
        ? "Clients may have Google keep their requests"
        : "Off: Google is asked not to keep what we translate",
    },
    {
      name: "Files fetched for clients",
      setting: "MEDIA_HOSTS",
      value: mediaHosts.length === 0 ? "None" : mediaHosts.join(", "),
    },
    {
      name: "An answer has to begin within",
      setting: "FIRST_BYTE_TIMEOUT_SECONDS",
      value: seconds(setup.firstByteSeconds),
    },
    {
      name: "A stream may be silent for",
      setting: "IDLE_TIMEOUT_SECONDS",
      value: seconds(setup.idleSeconds),
    },
    { name: "Deno", setting: null, value: setup.deno },
  ];
}

function seconds(count: number): string {
  return count === 1 ? "1 second" : `${count} seconds`;
}
