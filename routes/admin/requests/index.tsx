import { page } from "fresh";
import { Choice } from "../../../components/Choice.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { Field } from "../../../components/Field.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { RequestTable } from "../../../components/RequestTable.tsx";
import { readFailures } from "../../../lib/web/pages/request_list.ts";
import { requestSearch } from "../../../lib/web/pages/request_search.ts";
import { define } from "../../../state.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const search = requestSearch(ctx.url.searchParams.get("id"));
    if (search.kind === "found") return ctx.redirect(search.href, 303);
    const failures = await readFailures(ctx.state.admin.failedRequests, ctx.url.searchParams);
    return page({ search, ...failures }, { status: search.kind === "wrong" ? 400 : 200 });
  },
});

export default define.page<typeof handler>(function Requests({ data }) {
  const { search, asked, rows, tokens, older, dropped } = data;
  return (
    <>
      <PageHead title="Failures" lead="Requests that got no good answer in the last seven days." />
      {search.kind === "wrong" && (
        <Notice kind="error">
          That is no x-request-id: it has 36 characters, as in 1b4e28ba-2fa1-4d3b-9c6e-8f0a7c5d2e10
        </Notice>
      )}
      <div class="finders">
        <form class="inline" method="get" action="/admin/requests">
          <Field
            label="Find by x-request-id"
            name="id"
            value={search.kind === "wrong" ? search.typed : ""}
            required
            autocomplete="off"
            spellcheck={false}
          />
          <button type="submit" class="button">Find</button>
        </form>
        {tokens.length > 0 && (
          <form class="inline" method="get" action="/admin/requests">
            <Choice
              label="Of token"
              name="token"
              chosen={asked.token ?? ""}
              options={tokens.map(({ id, name }) => ({ value: id, text: name }))}
              none="All"
            />
            <button type="submit" class="button">Show</button>
          </form>
        )}
      </div>
      {dropped > 0 && (
        <Notice kind="warning">
          {dropped.toLocaleString("en-US")}{" "}
          more failed and were left out, because very many failed at once.
        </Notice>
      )}
      {rows.length > 0 ? <RequestTable rows={rows} /> : (
        <EmptyState title="No failed requests">
          <p>
            When a client gets no good answer, its request shows here with every step that led
            there.
          </p>
        </EmptyState>
      )}
      {older !== null && (
        <div class="actions">
          <a class="button" href={older} aria-current="false">Older</a>
        </div>
      )}
    </>
  );
});
