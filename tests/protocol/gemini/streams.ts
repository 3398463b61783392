/**
 * Streams of answers as tests want them: recorded, written otherwise, cut anywhere, read again.
 *
 * @module
 */

import type { Framing } from "../../../lib/protocol/gemini/stream_gate.ts";

const FIXTURES = new URL("../../fixtures/gemini/", import.meta.url);

const encoder = new TextEncoder();

/** A stream and how it is framed. */
export interface Written {
  readonly name: string;
  readonly framing: Framing;
  readonly text: string;
}

/** Every recorded stream. */
export function recordedStreams(): readonly Written[] {
  return [...Deno.readDirSync(FIXTURES)].map(({ name }) => name)
    .filter((name) => name.startsWith("stream-")).sort()
    .map((name) => ({
      name,
      framing: name.endsWith(".sse") ? "sse" : "array",
      text: Deno.readTextFileSync(new URL(name, FIXTURES)),
    }));
}

/** The same stream in every way in which its lines may end, and with what SSE allows around events. */
export function variantsOf({ name, framing, text }: Written): readonly Written[] {
  const plain = text.replaceAll("\r\n", "\n");
  const endings = [
    { name, framing, text },
    { name: `${name} with LF`, framing, text: plain },
    { name: `${name} with CR`, framing, text: plain.replaceAll("\n", "\r") },
    { name: `${name} with CRLF`, framing, text: plain.replaceAll("\n", "\r\n") },
    { name: `${name} with a byte order mark`, framing, text: `\uFEFF${text}` },
  ];
  if (framing === "array") return endings;
  return [
    ...endings,
    {
      name: `${name} with comments`,
      framing,
      text: plain.split("\n\n").map((event) => `: ping\n\nevent: message\n${event}`).join("\n\n"),
    },
  ];
}

/** Cuts bytes where `random` says; pieces may be empty. */
export function cutAtRandom(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const cuts = Array.from(
    { length: 1 + Math.floor(random() * 12) },
    () => Math.floor(random() * (bytes.length + 1)),
  ).sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => bytes.slice(from, cuts[index] ?? bytes.length));
}

/** Every byte by itself. */
export function cutEverywhere(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
}

/** What the events of a stream carry, read as the standard says; an unfinished one does not count. */
export function eventsIn(text: string): readonly string[] {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line === "") {
      if (data.length > 0) events.push(data.join("\n"));
      data = [];
    } else if (line.startsWith("data:")) {
      data.push(line.slice("data:".length).replace(/^ /, ""));
    }
  }
  return events;
}

/** Text as bytes. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes as text. */
export function text(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}
