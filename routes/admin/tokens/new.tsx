import { page } from "fresh";
import { MadeToken } from "../../../components/MadeToken.tsx";
import { NewTokenForm } from "../../../components/NewTokenForm.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import type { NewToken } from "../../../lib/domain/management.ts";
import type { Pool } from "../../../lib/domain/pool.ts";
import { attempt } from "../../../lib/web/pages/attempt.ts";
import {
  exampleModel,
  exampleOrigin,
  type TokenExample,
  tokenExamples,
} from "../../../lib/web/pages/token_examples.ts";
import { readNewToken, type TokenForm, typedToken } from "../../../lib/web/pages/token_form.ts";
import { poolChoices } from "../../../lib/web/pages/token_pages.ts";
import { readForm } from "../../../lib/web/read_form.ts";
import { define } from "../../../state.ts";

/** A form to fill in, or what came of it. The token is in this one answer and in no other. */
type Shown =
  | {
    readonly kind: "form";
    readonly form: TokenForm;
    readonly pools: readonly Pool[];
    readonly error: string | null;
  }
  | { readonly kind: "made"; readonly made: NewToken; readonly examples: readonly TokenExample[] };

export const handler = define.handlers({
  async GET({ url, state: { admin } }) {
    const pools = await poolChoices(admin.pools);
    // Pages of pools link here, each with its own pool chosen.
    const form = typedToken(
      new URLSearchParams({
        pool: url.searchParams.get("pool") ?? "",
        source: pools.length === 0 ? "keys" : "pool",
      }),
    );
    return page<Shown>({ kind: "form", form, pools, error: null });
  },

  async POST({ req, state: { admin, manage, setup } }) {
    const fields = await readForm(req);
    const form = typedToken(fields);
    const { value: made, error, status } = await attempt(() => {
      const keys = fields.get("keys") ?? "";
      const { settings, source } = readNewToken(form, { keys, now: admin.clock.now() });
      return manage.tokens.create(settings, source);
    });
    if (made === null) {
      const pools = await poolChoices(admin.pools);
      return page<Shown>({ kind: "form", form, pools, error }, { status });
    }
    const examples = tokenExamples({
      origin: exampleOrigin(req, setup),
      token: made.token,
      model: exampleModel(made.record),
    });
    return page<Shown>({ kind: "made", made, examples }, { status: 201 });
  },
});

export default define.page<typeof handler>(function NewTokenPage({ data }) {
  const back = { href: "/admin/tokens", name: "Tokens" };
  if (data.kind === "made") {
    return (
      <>
        <PageHead title={data.made.record.name} lead="Your new token." back={back}>
          <a class="button" href={`/admin/tokens/${data.made.record.id}`}>Its page</a>
        </PageHead>
        <MadeToken made={data.made} examples={data.examples} />
      </>
    );
  }
  const { form, pools, error } = data;
  return (
    <>
      <PageHead title="New token" lead="It is shown once, when it is made." back={back} />
      {error !== null && <Notice kind="error">{error}</Notice>}
      <NewTokenForm form={form} pools={pools} isAgain={error !== null} />
    </>
  );
});
