/** The roles that the doctor knows. In a separate file, so that the command's options load without the checks. */
export const ROLES = ["validator", "miner", "owner", "dashboard"] as const
export type Role = (typeof ROLES)[number]
