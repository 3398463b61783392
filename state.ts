/**
 * What routes see of a request, and the functions that say so to the compiler.
 *
 * @module
 */

import { createDefine } from "fresh";
import type { PageState } from "./lib/web/pages/page_state.ts";

/** For every route: handlers, pages, layouts and middlewares. */
export const define = createDefine<PageState>();
