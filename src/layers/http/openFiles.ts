/** How many files and sockets this process may hold open. */
import { readFileSync } from "node:fs"

/** More connections than this serve nobody. */
const MOST = 4_096
/** What a system that does not say allows at least. */
const UNSAID = 1_024

/** The soft limit of open files; Bun raises it to the hard one when it starts. Where the system does not say, what every system allows. */
export const openFilesLimit = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? UNSAID : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return UNSAID
  }
}

/** Half of what may be open at most: the chain, the database and the journal need theirs. */
export const defaultConnections = (limit = openFilesLimit()): number => Math.max(16, Math.min(MOST, Math.floor(limit / 2)))
