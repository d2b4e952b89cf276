import { addDays, boundsOf, dayOf, monthBefore, monthOf } from "#shared/costs/budgets/days.ts";
import type { CostFilter } from "#shared/costs/read-costs.ts";
import { linkTo, type Parameters } from "../paths.ts";
import type { Viewer } from "../viewer.ts";
import { TenantField } from "./tenant-field.tsx";

interface FilterFormProps {
  path: string;
  filter: CostFilter;
  viewer: Viewer;
  nowMs: number;
  /** What the form keeps beside the filter, e.g. the sort. */
  keep?: Parameters;
}

const TEXTS = [
  { name: "function", label: "Function" },
  { name: "workflowId", label: "Workflow" },
  { name: "provider", label: "Provider" },
] as const;

/** The filter as a form that stays in the URL, and the spans that are asked for most. */
export function FilterForm({ path, filter, viewer, nowMs, keep = {} }: FilterFormProps) {
  const { from: _from, to: _to, ...rest } = filter;
  const spanLink = ({ from, to }: Span) => linkTo(path, { ...keep, ...rest, from, to });
  return (
    <>
      <form class="filter" method="get" action={linkTo(path)} aria-label="Filter">
        <Field name="from" label="From (UTC)" type="date" value={filter.from} />
        <Field name="to" label="Before" type="date" value={filter.to} />
        {viewer.isFinance ? <TenantField id="filter-tenantId" viewer={viewer} value={filter.tenantId} /> : ""}
        {TEXTS.map(({ name, label }) => (
          <Field name={name} label={label} type="text" value={filter[name]} />
        ))}
        {Object.entries({
          ...keep,
          accountId: filter.accountId,
          meter: filter.meter,
          executionId: filter.executionId,
        }).map(([name, value]) =>
          value === undefined ? "" : <input type="hidden" name={name} value={String(value)} />,
        )}
        <div>
          <button type="submit">Show</button>
        </div>
      </form>
      <p class="presets">
        {spansAt(nowMs).map((span) => (
          <a
            href={spanLink(span)}
            aria-current={span.from === filter.from && span.to === filter.to ? "true" : undefined}
          >
            {span.label}
          </a>
        ))}
        {Object.keys(rest).length > 0 ? (
          <a href={linkTo(path, { ...keep, from: filter.from, to: filter.to })}>Without filters</a>
        ) : (
          ""
        )}
      </p>
    </>
  );
}

function Field({ name, label, type, value }: { name: string; label: string; type: string; value: string | undefined }) {
  return (
    <div>
      <label for={`filter-${name}`}>{label}</label>
      <input
        id={`filter-${name}`}
        name={name}
        type={type}
        value={value ?? ""}
        size={type === "text" ? 11 : undefined}
      />
    </div>
  );
}

interface Span {
  label: string;
  from: string;
  to: string;
}

/** Spans around a moment: days are half open. */
function spansAt(nowMs: number): Span[] {
  const today = dayOf(nowMs);
  const month = monthOf(today);
  const year = Number(today.slice(0, 4));
  return [
    { label: "This month", ...boundsOf(month) },
    { label: "Last month", ...boundsOf(monthBefore(month)) },
    { label: "Last 30 days", from: addDays(today, -29), to: addDays(today, 1) },
    { label: "This year", from: `${year}-01-01`, to: `${year + 1}-01-01` },
  ];
}

/** `1 – 31 October 2026`, for the filter's half-open days. */
export function describeSpan({ from, to }: { from: string; to: string }): string {
  const last = addDays(to, -1);
  const [a, b] = [new Date(from), new Date(last)];
  if (from === last) return long(a);
  const isSameYear = a.getUTCFullYear() === b.getUTCFullYear();
  const isSameMonth = isSameYear && a.getUTCMonth() === b.getUTCMonth();
  const start = isSameMonth ? String(a.getUTCDate()) : isSameYear ? long(a).replace(/ \d{4}$/, "") : long(a);
  return `${start} – ${long(b)}`;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const long = (date: Date): string => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
