/**
 * The specifier `fresh/runtime`: what pages and islands import, on the server and in browsers.
 *
 * @module
 */

export { asset } from "./asset.ts";
export { Head } from "./head.ts";
export { HttpError } from "./http_error.ts";

/** Whether this runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
