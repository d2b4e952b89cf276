import { sql } from "#shared/database/sql.ts";
import { type Check, NEEDS_DATABASE, ok, warn } from "../check.ts";

/** The task comes every five minutes; a pack that has waited for longer than this was left out. */
const BEHIND_MINUTES = 20;

interface Standing {
  waiting: number;
  behind: number;
  problems: number;
  late: number;
}

export const costs: Check = {
  name: "costs",
  needsDatabase: true,
  async run({ database }) {
    if (!database) return NEEDS_DATABASE;
    const [found] = await database.query(sql<Standing>`
      select count(*) as waiting, count(*) filter (where packed_at < now() - ${BEHIND_MINUTES}::int * interval '1 minute') as behind,
        (select count(*) from cost_charges where problem is not null) as problems,
        (select count(*) from usage_cells c join cost_periods p on p.period = to_char(c.day, 'YYYY-MM') where p.state = 'closed' and c.epoch >= p.epoch) as late
      from usage_packs where rolled_up_at is null`);
    const { waiting, behind, problems, late } = found ?? { waiting: 0, behind: 0, problems: 0, late: 0 };
    const findings = [
      behind > 0
        ? warn(
            `${behind} packs of usage wait to be rolled up`,
            "The task price-usage does it: see whether a host leads, and its log; or npm run costs -- recompute.",
          )
        : ok(`${waiting} packs of usage wait for the next tick`),
    ];
    if (problems > 0)
      findings.push(warn(`${problems} charges could not be priced`, "npm run costs -- report says which, and why."));
    if (late > 0)
      findings.push(
        warn(
          "usage came for a month that is closed",
          "npm run costs -- correct --period MONTH prices it beside the closed rows.",
        ),
      );
    return findings;
  },
};
