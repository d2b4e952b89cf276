import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Stack } from "#shared/costs/compare/stack.ts";
import { Workload } from "#shared/costs/compare/workload.ts";
import { UsageError } from "./command.ts";

const DIR = join(import.meta.dirname, "../../shared/costs/compare");

const namesIn = (folder: string): string[] => readdirSync(join(DIR, folder)).map((file) => file.replace(/\.json$/, ""));

/** The names of those that ship. */
export const shippedNames = (): { workloads: string[]; stacks: string[] } => ({
  workloads: namesIn("workloads"),
  stacks: namesIn("stacks"),
});

/** Reads one that ships by its name, or any file. Throws, naming it, when it is not there or of the wrong shape. */
export const readWorkload = (nameOrFile: string): Workload => read(Workload, "workloads", nameOrFile);
export const readStack = (nameOrFile: string): Stack => read(Stack, "stacks", nameOrFile);

function read<T>(schema: z.ZodType<T>, folder: string, nameOrFile: string): T {
  const shipped = join(DIR, folder, `${nameOrFile}.json`);
  const path = /^[a-z0-9-]+$/.test(nameOrFile) && existsSync(shipped) ? shipped : nameOrFile;
  if (!existsSync(path)) {
    throw new UsageError(`there is no ${nameOrFile}: name a file, or one of ${namesIn(folder).join(", ")}`);
  }
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
