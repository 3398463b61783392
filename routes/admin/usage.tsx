import { page } from "fresh";
import { EmptyState } from "../../components/EmptyState.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { UsageChart } from "../../components/UsageChart.tsx";
import { UsageForm } from "../../components/UsageForm.tsx";
import { UsageTable } from "../../components/UsageTable.tsx";
import { readUsageView } from "../../lib/web/pages/usage_view.ts";
import { define } from "../../state.ts";

export const handler = define.handlers({
  async GET({ state, url }) {
    const view = await readUsageView(state.admin, url.searchParams);
    return page(view, { status: view.status });
  },
});

const SUBJECTS = { token: "Token", pool: "Pool", key: "Key", model: "Model" } as const;

export default define.page<typeof handler>(function Usage({ data }) {
  const { form, known, report, error } = data;
  const what = report?.by === "key" ? "Attempts" : "Requests";
  return (
    <>
      <PageHead title="Usage" lead="What was asked and what came of it. Hours and days are UTC's.">
        {report !== null && (
          <a class="button" href={`/api/usage.csv?${report.search}`}>Download as CSV</a>
        )}
      </PageHead>
      {error !== null && <Notice kind="error">{error}</Notice>}
      <UsageForm form={form} {...known} />
      {report !== null && report.rows.length === 0 && (
        <EmptyState title="Nothing was asked in this time">
          <p>Usage shows here a few seconds after the first request of a client.</p>
        </EmptyState>
      )}
      {report !== null && report.rows.length > 0 && (
        <>
          <UsageChart {...report.chart} what={what} />
          <UsageTable rows={report.rows} subject={SUBJECTS[report.by]} what={what} />
        </>
      )}
    </>
  );
});
