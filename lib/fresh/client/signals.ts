/**
 * Makes signals of what were signals on the server; loaded by pages whose islands get some.
 *
 * Runs in browsers only.
 *
 * @module
 */

export { signal } from "@preact/signals";
