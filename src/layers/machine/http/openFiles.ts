/** The process's limit of open files and sockets. */
import { readFileSync } from "node:fs"

/** The most connections by default. */
export const MOST_CONNECTIONS = 4_096
/** The limit that every system allows, used where the actual one is unknown. */
const UNSAID = 1_024

/** The soft limit of open files, which Bun raises to the hard limit at its start. */
const openFilesLimit = (): number => {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? []
    return soft === undefined ? UNSAID : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft)
  } catch {
    return UNSAID
  }
}

/** At most half of the limit: the chain, the database and the journal need files too. */
export const defaultConnections = (limit = openFilesLimit()): number => Math.max(16, Math.min(MOST_CONNECTIONS, Math.floor(limit / 2)))
