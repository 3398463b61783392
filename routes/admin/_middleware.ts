import { FIRST_PAGE } from "../../lib/web/sign_in/next_page.ts";
import { LOGIN_PAGE } from "../../lib/web/sign_in/sign_in.ts";
import { define } from "../../state.ts";

/** Nobody gets further without having signed in. */
export default define.middleware(async (ctx) => {
  const { pathname } = ctx.url;
  if (pathname === LOGIN_PAGE || pathname.startsWith(`${LOGIN_PAGE}/`)) return await ctx.next();

  const actor = await ctx.state.signIn.actorOf(ctx.req);
  if (actor === null) {
    // What was posted is not done: its address may be no page, and nobody should think it happened.
    const next = ctx.req.method === "GET" ? pathname : FIRST_PAGE;
    return ctx.redirect(`${LOGIN_PAGE}?next=${encodeURIComponent(next)}`, 303);
  }
  ctx.state.actor = actor;
  ctx.state.manage = ctx.state.admin.manage(actor);
  return await ctx.next();
});
