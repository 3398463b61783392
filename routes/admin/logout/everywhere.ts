import { define } from "../../../state.ts";

export const handler = define.handlers({
  POST: ({ req, state }) => state.signIn.outEverywhere(req),
});
