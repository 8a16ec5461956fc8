/** Whom the doctor looks after. */
export const ROLES = ["validator", "miner", "owner", "dashboard"] as const
export type Role = (typeof ROLES)[number]
