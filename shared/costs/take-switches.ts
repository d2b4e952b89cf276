import type { PriceCard, Switch } from "./price-card.ts";
import { PriceError } from "./price-error.ts";

/** How a rule of the card that is a switch was taken. */
export interface SwitchTaken {
  name: string;
  option: string;
  status: Switch["status"];
  isDefault: boolean;
}

/** The card's switches, each as chosen or by default. Throws a {@link PriceError} on a name or an option it has not. */
export function takeSwitches(card: PriceCard, chosen: Readonly<Record<string, string>>): SwitchTaken[] {
  const switches = card.switches ?? [];
  for (const [name, option] of Object.entries(chosen)) {
    const found = switches.find((one) => one.name === name);
    if (found === undefined) {
      const known = switches.map((one) => one.name).join(", ");
      throw new PriceError(
        `card "${card.id}" has no switch "${name}": ${known === "" ? "it has none" : `it has ${known}`}`,
      );
    }
    if (!Object.hasOwn(found.options, option)) {
      const options = Object.keys(found.options).join(" or ");
      throw new PriceError(`switch "${name}" of card "${card.id}" has no option "${option}": choose ${options}`);
    }
  }
  return switches.map(({ name, status, default: byDefault }) => {
    const option = Object.hasOwn(chosen, name) ? chosen[name] : undefined;
    return { name, option: option ?? byDefault, status, isDefault: option === undefined };
  });
}
