import { HttpError } from "fresh";
import { INTERNAL, RotatorError } from "../lib/domain/errors.ts";
import { statusOf } from "../lib/web/respond.ts";
import { define } from "../state.ts";

/** Our errors say what people should hear; the error page then has their status. */
export default define.middleware(async (ctx) => {
  try {
    return await ctx.next();
  } catch (error) {
    if (!(error instanceof RotatorError) || error.code === INTERNAL) throw error;
    throw new HttpError(statusOf(error.code), error.message);
  }
});
