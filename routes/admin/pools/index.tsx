import { page } from "fresh";
import { CursorLinks } from "../../../components/CursorLinks.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { Field } from "../../../components/Field.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { PoolTable } from "../../../components/PoolTable.tsx";
import { check } from "../../../lib/web/admin/check.ts";
import { newPool } from "../../../lib/web/admin/schemas.ts";
import { attempt } from "../../../lib/web/pages/attempt.ts";
import { poolDoneAddress, poolDoneSentence } from "../../../lib/web/pages/pool_done.ts";
import { readPools } from "../../../lib/web/pages/pool_view.ts";
import { readForm } from "../../../lib/web/read_form.ts";
import { define } from "../../../state.ts";

const HERE = "/admin/pools";

export const handler = define.handlers({
  async GET({ state, url }) {
    const pools = await readPools(state.admin, url.searchParams);
    return page({ pools, name: "", error: null as string | null });
  },
  async POST(ctx) {
    const { admin, manage } = ctx.state;
    const name = (await readForm(ctx.req)).get("name") ?? "";
    const made = await attempt(() => manage.pools.create(check(newPool, { name }, "the form")));
    if (made.value !== null) {
      return ctx.redirect(poolDoneAddress(`${HERE}/${made.value.id}`, null, "made"), 303);
    }
    const pools = await readPools(admin, ctx.url.searchParams);
    return page({ pools, name, error: made.error }, { status: made.status });
  },
});

export default define.page<typeof handler>(function Pools({ data, url }) {
  const { pools: { items, cursor: next }, name, error } = data;
  const done = poolDoneSentence(url.searchParams);
  const cursor = url.searchParams.get("cursor");
  return (
    <>
      <PageHead
        title="Pools"
        lead="Keys that serve together. Each token uses the keys of one pool."
      />
      {error !== null && <Notice kind="error">{error}</Notice>}
      {error === null && done !== null && <Notice kind="done">{done}</Notice>}
      {items.length > 0 && <PoolTable pools={items} />}
      {items.length === 0 && cursor === null && (
        <EmptyState title="No pools yet">
          <p>Make a pool below, paste your Gemini keys into it, then make a token that uses it.</p>
        </EmptyState>
      )}
      <CursorLinks path={HERE} cursor={cursor} next={next} name="Pages of pools" />
      <section class="card narrow">
        <h2>New pool</h2>
        <form method="post" action={HERE}>
          <Field
            label="Name"
            name="name"
            value={name}
            required
            maxlength={100}
            autocomplete="off"
            hint="How you will recognise it; it can be changed later."
          />
          <div>
            <button type="submit" class="button primary">Make the pool</button>
          </div>
        </form>
      </section>
    </>
  );
});
