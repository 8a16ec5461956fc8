/** Final facts for the tests of the archive of competitions. */
import type { FinalState, Subject } from "../../../src/layers/storage/dataFolder/CompetitionArchive.ts"
import { account, expired, voided, won } from "../rules/world.ts"

export const subject = (changes: Partial<Subject> = {}): Subject => ({
  chain: `0x${"11".repeat(32)}`,
  contract: account("contract", 1),
  codeHash: `0x${"22".repeat(32)}`,
  ...changes
})

/** Cycles through the kinds of outcome. */
const ended = (id: number) => {
  const written = { id, uids: [id % 200, (id % 200) + 1], startedAt: 100 * id, at: 100 * id + 50, skipped: [(id % 200) + 2] } as const
  if (id % 3 === 0) return expired(written)
  return id % 3 === 1
    ? won({ ...written, winner: 1 })
    : voided({ ...written, reason: { _tag: "SubmittedTooEarly", hotkey: account("hotkey", id) } })
}

/** Competitions `from` to `to`, each on its own issue, which closed 12 blocks later. */
export const factsFrom = (from: number, to: number): FinalState => {
  const ids = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return {
    competitions: ids.map(ended),
    closedIssues: ids.map((id) => ({ id, block: 100 * id + 62 })),
    counts: { issues: to, competitions: to }
  }
}
