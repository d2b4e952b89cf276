import type { Budget } from "#shared/costs/budgets/budget.ts";
import { linkTo } from "../paths.ts";
import type { Viewer } from "../viewer.ts";
import { TenantField } from "./tenant-field.tsx";

/** Sets the budget of a tenant, a function, both, or all. */
export const BudgetForm = ({ token, viewer }: { token: string; viewer: Viewer }) => (
  <section class="no-print">
    <h2>Set a budget</h2>
    <p class="dim">
      One for each tenant and function; setting it again changes it. It tells of 50, 80 and 100 % spent, and of a
      forecast of 100 %.
    </p>
    <form class="filter" method="post" action={linkTo("/budgets")}>
      <input type="hidden" name="token" value={token} />
      <div>
        <label for="budget-name">Name</label>
        <input id="budget-name" name="name" type="text" required maxlength={100} size={18} />
      </div>
      <div>
        <label for="budget-amount">US dollars a month</label>
        <input
          id="budget-amount"
          name="monthlyUsd"
          type="text"
          inputmode="decimal"
          required
          pattern="[0-9]+(\.[0-9]{1,6})?"
          size={10}
        />
      </div>
      {viewer.isFinance ? <TenantField id="budget-tenant" viewer={viewer} /> : ""}
      <div>
        <label for="budget-function">Function (empty: all)</label>
        <input id="budget-function" name="function" type="text" size={14} />
      </div>
      <div>
        <label for="budget-basis">Of</label>
        <select id="budget-basis" name="basis">
          <option value="effective">effective cost</option>
          <option value="list">marginal cost</option>
        </select>
      </div>
      <div>
        <button type="submit">Set</button>
      </div>
    </form>
  </section>
);

export const DeleteBudget = ({ budget, token }: { budget: Budget; token: string }) => (
  <form method="post" action={linkTo(`/budgets/${budget.id}/delete`)} class="no-print">
    <input type="hidden" name="token" value={token} />
    <button class="plain" type="submit" aria-label={`Delete the budget ${budget.name}`}>
      Delete
    </button>
  </form>
);
