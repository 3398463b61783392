/**
 * Opens a file at one address, by `node:https`.
 *
 * Promises: the connection goes to the address that was checked, without another look at the DNS, while
 * the certificate has to be the host's; redirects are not followed; nothing of the client is sent but
 * the path it named.
 *
 * @module
 */

import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestByHttps, type RequestOptions } from "node:https";
import type { Line } from "../wire.ts";
import type { MediaUrl } from "./media_url.ts";

/** A file, and the address to ask for it. */
export interface FilePlace extends MediaUrl {
  /** Of the host, and public. */
  readonly address: string;
}

/** A server's answer before its body is read. */
export interface FileAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Null when the server did not say. */
  readonly contentType: string | null;
  /** NaN when the server did not say. */
  readonly contentBytes: number;
  /**
   * Rejects when it breaks off or the line is hung up. To be read or hung up at once: Deno goes on
   * receiving what nobody reads.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Opens a file. Rejects when no answer comes. */
export type OpenFile = (place: FilePlace, line: Line) => Promise<FileAnswer>;

/** A way of opening files over connections that this `request` makes. */
export function createOpenFile(
  request: (options: RequestOptions) => ClientRequest = requestByHttps,
): OpenFile {
  return ({ host, address, path }, line) =>
    new Promise((resolve, reject) => {
      const asked = request({
        // A connection of its own, which ends with this call.
        agent: false,
        host: address,
        servername: host,
        path,
        // Some hosts refuse callers that do not say who they are.
        headers: { host, "accept-encoding": "identity", "user-agent": "gemini-key-rotator" },
      });
      asked.on("response", (message: IncomingMessage) => resolve(answerOf(message)));
      asked.on("error", reject);
      line.whenHungUp(() => asked.destroy(new Error("the call was ended by us")));
      asked.end();
    });
}

function answerOf(message: IncomingMessage): FileAnswer {
  return {
    status: message.statusCode ?? 0,
    contentType: message.headers["content-type"] ?? null,
    contentBytes: Number(message.headers["content-length"] ?? NaN),
    body: message,
  };
}
