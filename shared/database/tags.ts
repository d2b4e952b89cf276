import type { Reading, Statement } from "./sql.ts";

/**
 * What cached answers rest on, by name. `goals:<tenant>`: which rows there are, and in which order lists show them;
 * `goals:<tenant>:<id>`: what is in one. A tag of a table whose rows are read by what they belong to ends in that:
 * `milestones:<tenant>:<goal>` is all that there is of a goal's milestones.
 */
export const TAGGED_TABLES = {
  user_goals: "goals",
  milestones: "milestones",
  user_interactions: "interactions",
  workflow_mappings: "mappings",
} as const;
export type TagName = (typeof TAGGED_TABLES)[keyof typeof TAGGED_TABLES];

export const tableTag = (name: TagName, tenantId: string): string => `${name}:${tenantId}`;

export const rowTag = (name: TagName, tenantId: string, id: string): string =>
  `${name}:${tenantId}:${id.toLowerCase()}`;

/** Moves whenever any tag of the table and tenant does. */
export function wideTag(tag: string): string {
  const parts = tag.split(":", 2);
  return `${parts.join(":")}:*`;
}

/** The same statement, saying what its rows are. A statement that reads and does not say it keeps its answer from being cached. */
export const reading = <Row>(
  statement: Statement<Row>,
  tags: readonly string[],
  tagOf?: (row: Row) => string,
): Statement<Row> => {
  const reads: Reading<Row> = tagOf ? { tags, tagOf } : { tags };
  return { ...statement, reads };
};

/** The same statement, saying what it changes: the tags move after its commit, before whoever waits for it goes on. */
export const touching = <Row>(statement: Statement<Row>, ...tags: readonly string[]): Statement<Row> => ({
  ...statement,
  touches: [...(statement.touches ?? []), ...tags],
});
