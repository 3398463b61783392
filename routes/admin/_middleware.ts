import { LOGIN_PAGE } from "../../lib/web/sign_in/sign_in.ts";
import { define } from "../../state.ts";

/** Nobody gets further without having signed in. */
export default define.middleware(async (ctx) => {
  const { pathname } = ctx.url;
  if (pathname === LOGIN_PAGE || pathname.startsWith(`${LOGIN_PAGE}/`)) return await ctx.next();

  const actor = await ctx.state.signIn.actorOf(ctx.req);
  if (actor === null) {
    return ctx.redirect(`${LOGIN_PAGE}?next=${encodeURIComponent(pathname)}`, 303);
  }
  ctx.state.actor = actor;
  ctx.state.manage = ctx.state.admin.manage(actor);
  return await ctx.next();
});
