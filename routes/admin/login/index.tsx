import { page } from "fresh";
import { Head } from "fresh/runtime";
import { LoginForm } from "../../../components/LoginForm.tsx";
import { nextPage } from "../../../lib/web/sign_in/next_page.ts";
import { refusedPage } from "../../../lib/web/pages/refused_page.ts";
import { define } from "../../../state.ts";

export const config = { skipInheritedLayouts: true };

export const handler = define.handlers({
  async GET(ctx) {
    const next = nextPage(ctx.url.searchParams.get("next"));
    if (await ctx.state.signIn.actorOf(ctx.req) !== null) return ctx.redirect(next, 303);
    return page({ next, error: null as string | null });
  },
  async POST(ctx) {
    const { signIn, client } = ctx.state;
    const outcome = await signIn.withToken(ctx.req, client);
    if (outcome.kind === "signed_in") return outcome.reply;
    return page({ next: outcome.next, error: outcome.error.message }, refusedPage(outcome));
  },
});

export default define.page<typeof handler>(function Login({ data, state }) {
  return (
    <main class="lone">
      <Head>
        <title>Sign in · Gemini Key Rotator</title>
      </Head>
      <LoginForm {...data} gitHub={state.signIn.withGitHub !== null} />
    </main>
  );
});
