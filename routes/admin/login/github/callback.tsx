import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { LoginForm } from "../../../../components/LoginForm.tsx";
import { refusedPage } from "../../../../lib/web/pages/refused_page.ts";
import { define } from "../../../../state.ts";

export const config = { skipInheritedLayouts: true };

export const handler = define.handlers({
  async GET({ req, state: { signIn, client } }) {
    if (signIn.withGitHub === null) {
      throw new HttpError(404, "Signing in with GitHub is not set up here");
    }
    const outcome = await signIn.withGitHub.finish(req, client);
    if (outcome.kind === "signed_in") return outcome.reply;
    return page({ next: outcome.next, error: outcome.error.message }, refusedPage(outcome));
  },
});

export default define.page<typeof handler>(function Callback({ data }) {
  return (
    <main class="lone">
      <Head>
        <title>Not signed in · Gemini Key Rotator</title>
      </Head>
      <LoginForm {...data} gitHub />
    </main>
  );
});
