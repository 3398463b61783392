import { HttpError } from "fresh";
import { define } from "../../../../state.ts";

export const handler = define.handlers({
  async GET({ req, state }) {
    const { withGitHub } = state.signIn;
    if (withGitHub === null) throw new HttpError(404, "Signing in with GitHub is not set up here");
    return await withGitHub.start(req);
  },
});
