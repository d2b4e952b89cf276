import { tenantNames } from "#shared/accounts/tenant-names.ts";
import { costOfRun, type RunCost } from "#shared/costs/read-costs.ts";
import { costReaderOf } from "#shared/http/cost-reader.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { IdParam } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { DataTable } from "./parts/data-table.tsx";
import { formatQuantity } from "./parts/figures.ts";
import { ItemTable } from "./parts/item-table.tsx";
import { Page } from "./parts/page.tsx";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showRunRoute = defineRoute({
  operationId: "showRun",
  summary: "One workflow run: its meters, its models' tokens, its invocations",
  tags: ["Pages"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/runs/{id}",
  request: { params: IdParam },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowRun = (edge: Edge) =>
  edge.openapi(showRunRoute, async (c) => {
    const reader = costReaderOf(c);
    const cost = await costOfRun(reader, c.req.valid("param").id);
    if (!cost) throw new ProblemError(fail("not_found", "There is no workflow run of this id."));
    const names = await tenantNames(reader.db, [cost.tenantId]);
    const page = <Run cost={cost} names={names} viewer={await viewerOf(c)} />;
    return c.html(page, 200, await pageHeaders());
  });

function Run({ cost, names, viewer }: { cost: RunCost; names: ReadonlyMap<string, string>; viewer: Viewer }) {
  return (
    <Page
      title={cost.workflowId === null ? "Workflow run" : `Run of ${cost.workflowId}`}
      viewer={viewer}
      place="/by/run"
      crumbs={[
        ["Overview", linkTo("")],
        ["Runs", linkTo("/by/run", { workflowId: cost.workflowId ?? undefined })],
      ]}
    >
      <p class="lead id">{cost.executionId}</p>
      <dl class="facts">
        <dt>Started</dt>
        <dd>{cost.startedAt?.replace("T", " ").replace("Z", " UTC") ?? "–"}</dd>
        <dt>Status</dt>
        <dd>{cost.status?.replace("_", " ") ?? "–"}</dd>
        <dt>Tenant</dt>
        <dd>{cost.tenantId === null ? "The platform’s own" : (names.get(cost.tenantId) ?? cost.tenantId)}</dd>
      </dl>
      <h2>What it cost</h2>
      <ItemTable items={cost.items} hasFunction />
      {cost.llm.length === 0 ? (
        ""
      ) : (
        <>
          <h2>What its language models used</h2>
          <DataTable
            rows={cost.llm}
            whenEmpty=""
            columns={[
              { label: "Model", isHeading: true, cell: ({ provider, model }) => `${provider} ${model}` },
              { label: "Calls", isNumber: true, cell: ({ calls }) => formatQuantity(String(calls)) },
              { label: "Tokens in", isNumber: true, cell: ({ inputTokens }) => formatQuantity(String(inputTokens)) },
              {
                label: "of them cached",
                isNumber: true,
                cell: ({ cachedInputTokens }) => formatQuantity(String(cachedInputTokens)),
              },
              { label: "Tokens out", isNumber: true, cell: ({ outputTokens }) => formatQuantity(String(outputTokens)) },
            ]}
          />
        </>
      )}
      <h2>Its invocations</h2>
      <DataTable
        rows={cost.invocations}
        whenEmpty="None of its invocations has a record."
        columns={[
          {
            label: "Invocation",
            isHeading: true,
            cell: ({ invocationId }) => (
              <a class="id" href={linkTo(`/invocations/${invocationId}`)}>
                {invocationId}
              </a>
            ),
          },
          { label: "Function", cell: ({ function: name }) => name },
          { label: "Started (UTC)", cell: ({ startedAt }) => startedAt.slice(0, 19).replace("T", " ") },
          { label: "Wall time (ms)", isNumber: true, cell: ({ wallMs }) => wallMs.toFixed(1) },
        ]}
      />
    </Page>
  );
}
