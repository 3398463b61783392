/**
 * What browsers load: scripts of islands and static files, as `deno task build` left them.
 *
 * Everything is in memory. It is little, and a request then waits for no disk.
 *
 * @module
 */

import { gzipped } from "./compress.ts";

/** Where the build says what it made. */
export const ASSETS_FILE = "_fresh/assets.json";
/** Where the scripts are, for browsers; their names change with their content. */
export const SCRIPTS_PATH = "/_fresh/js/";

/** What the build says: the files, and what they are for. */
export interface AssetList {
  /** Changes with any file. */
  readonly buildId: string;
  /** Pages reload when the server starts again. */
  readonly dev: boolean;
  /** The script that wakes islands up; null when there are none. */
  readonly boot: Script | null;
  /** The script that makes signals in browsers; null when there are no islands. */
  readonly signals: Script | null;
  /** The script of each island, by the island's file. */
  readonly islands: Readonly<Record<string, Script>>;
  /** Every file, by its path for browsers. */
  readonly files: Readonly<Record<string, FileEntry>>;
}

/** A script, and those it imports. */
export interface Script {
  /** Its path for browsers. */
  readonly path: string;
  /** The paths of what it imports, directly or not. */
  readonly imports: readonly string[];
}

/** A file of the build. */
export interface FileEntry {
  /** Where it is, from the root. */
  readonly source: string;
  /** Its content type. */
  readonly type: string;
  /** Changes with its content. */
  readonly etag: string;
}

/** A file, ready to be sent. */
export interface StaticFile extends FileEntry {
  /** The file. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The file as gzip; null when that is not worth it. */
  readonly gzip: Uint8Array<ArrayBuffer> | null;
}

/** What browsers load, ready to be sent. */
export interface Assets extends AssetList {
  /** The content of a file by its path for browsers; undefined when there is no such file. */
  file(path: string): StaticFile | undefined;
}

/** Of an app that was not built: pages are rendered, and nothing in them moves. */
export const NO_ASSETS: Assets = loaded(
  { buildId: "", dev: false, boot: null, signals: null, islands: {}, files: {} },
  new Map(),
);

/** Reads a file, by its path from the root. */
export type ReadFile = (path: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Reads everything the build made.
 *
 * @throws whatever `read` throws, and `TypeError` when the list is not one.
 */
export async function readAssets(read: ReadFile): Promise<Assets> {
  const list: unknown = JSON.parse(new TextDecoder().decode(await read(ASSETS_FILE)));
  if (!isAssetList(list)) {
    throw new TypeError(`Cannot use ${ASSETS_FILE}: expected what "deno task build" writes`);
  }
  return await loadAssets(list, read);
}

/** Reads the files of a list. */
export async function loadAssets(list: AssetList, read: ReadFile): Promise<Assets> {
  const files = await Promise.all(
    Object.entries(list.files).map(async ([path, entry]): Promise<[string, StaticFile]> => {
      const body = await read(entry.source);
      return [path, { ...entry, body, gzip: await gzipped(body, entry.type) }];
    }),
  );
  return loaded(list, new Map(files));
}

function loaded(list: AssetList, files: ReadonlyMap<string, StaticFile>): Assets {
  return { ...list, file: (path) => files.get(path) };
}

function isAssetList(list: unknown): list is AssetList {
  return typeof list === "object" && list !== null && "buildId" in list &&
    typeof list.buildId === "string" && "files" in list && typeof list.files === "object" &&
    "islands" in list && typeof list.islands === "object" && "boot" in list && "signals" in list &&
    "dev" in list;
}
