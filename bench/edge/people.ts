/** Who calls, and what is theirs: the same for every contender, so that nobody needs a list of it. */
export const USERS = 750;
export const TENANTS = 50;
/** The user who may change the settings of the platform. */
export const OPERATOR = 0;
/** Of each user's goals the newest are read again and again, the rest once. */
export const HOT_GOALS = 20;
export const MILESTONES_PER_GOAL = 3;

export const userIdOf = (user: number): string => `user-${user}`;
export const tenantIdOf = (user: number): string => `tenant-${user % TENANTS}`;

/** The id of a user's goal; 0 is the newest. */
export const goalIdOf = (user: number, goal: number): string =>
  `01900000-${hex(user, 4)}-7000-8000-${hex(0xffff_ffff - goal, 12)}`;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
