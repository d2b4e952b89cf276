import { defineConfig } from "drizzle-kit";

/** Each subject owns its tables; `npm run migration -- --name what_changes` writes the next SQL file. */
export default defineConfig({ dialect: "postgresql", schema: "./shared/*/tables.ts", out: "./migrations" });
