/**
 * Where requests for pages come in: the app renders, and every answer leaves with the headers that keep
 * it to its reader.
 *
 * @module
 */

import { newNonce, pageHeaders } from "../page_headers.ts";
import type { RequestRecord } from "../request_record.ts";
import { isSecure, ownOrigin } from "../sign_in/own_origin.ts";
import type { Target } from "../target.ts";
import type { PageGiven } from "./page_state.ts";

/** What pages are made of. */
export interface PageDoorParts {
  /** Renders; never rejects. */
  readonly render: (request: Request, given: PageGiven) => Promise<Response>;
  /** The nonce that an answer was rendered with; null for one without scripts. */
  readonly nonceOf: (response: Response) => string | null;
  /** Whether this is the path of a file that browsers load. */
  readonly isFile: (path: string) => boolean;
  /** What pages get to see. */
  readonly given: Omit<PageGiven, "client">;
}

/** The pages, for the front door. */
export interface PageDoor {
  /** Whether an address is a page's, or that of a file for pages. */
  owns(target: Target): boolean;
  /** Answers; files are answered and not logged. */
  answer(request: Request, record: RequestRecord, target: Target): Promise<Response>;
}

/** Opens the door to the pages. */
export function createPageDoor({ render, nonceOf, isFile, given }: PageDoorParts): PageDoor {
  const own = ownOrigin(given.setup.publicUrl);

  return {
    owns: ({ path, segments: [first] }) => first === "admin" || first === "_fresh" || isFile(path),

    async answer(request, record, { path }) {
      const response = await render(request, { ...given, client: record.peer });
      if (isFile(path)) return response;

      const nonce = nonceOf(response) ?? newNonce();
      const headers = pageHeaders({ nonce, secure: isSecure(own(request)) });
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      response.headers.set("x-request-id", record.id);
      record.operation = "page";
      record.answered(response.status);
      return response;
    },
  };
}
