/** A validator's quality result as a line of the demo's story. Pure. */
import type { AccountAddress } from "../../src/domain/Account.ts"
import { duelName } from "../../src/domain/quality/DuelRecord.ts"
import type { ShownRecord } from "../../src/domain/quality/QualityDocument.ts"
import type { ShownDuel } from "../../src/domain/quality/ShownDuel.ts"
import type { VerificationSummary } from "../../src/domain/quality/VerificationSummary.ts"

const testsText = ({ verdict, failToPass, broken, own }: VerificationSummary): string => {
  const solved = failToPass.count + (own?.failToPass.count ?? 0)
  switch (verdict) {
    case "verified":
      return solved === 1 ? "1 test fails without it and passes with it" : `${solved} tests fail without it and pass with it`
    case "broken":
      return broken.count === 1 ? "1 test passes without it and breaks with it" : `${broken.count} tests pass without it and break with it`
    case "unproven":
      return "no test tells whether it solves anything"
    case "unknown":
      return "none of them passes without it, so they say nothing"
  }
}

/** `author`: the author's name in the story. Undefined: the validator has not finished yet. */
export const qualityText = ({ head, state, reason, verification }: ShownRecord, author: string): string | undefined => {
  const pullRequest = `pull request ${head.number} by ${author}`
  switch (state) {
    case "done":
      return verification === null
        ? // The demo explained why at its beginning.
          `lets ${pullRequest} through its gate, and runs no tests`
        : `lets ${pullRequest} through its gate, and runs the tests in a sandbox: ${testsText(verification)}`
    case "rejected":
      return `stops ${pullRequest}: ${reason ?? "nobody knows why"}`
    case "failed":
      return `can find out nothing about ${pullRequest}: ${reason ?? "nobody knows why"}`
    default:
      return undefined
  }
}

/** The result of a duel. Undefined while it runs. */
export const duelText = (duel: ShownDuel, nameOf: (hotkey: AccountAddress) => string): string | undefined => {
  const { a, b, outcome, reason } = duel
  if (reason !== null) return `has no result of the duel of ${duelName(duel)}: ${reason}`
  if (outcome === null) return undefined
  const judges = outcome.opinions.length === 1 ? "1 judge" : `${outcome.opinions.length} judges`
  if (outcome.result === "none") return `lets judges compare ${duelName(duel)}: it says nothing, ${outcome.why ?? "nobody knows why"}`
  const points = Math.abs(outcome.lead ?? 0) / 10
  if (outcome.result === "draw") return `lets ${judges} compare ${duelName(duel)}: neither is ahead by ${outcome.margin} points`
  const [better, worse] = outcome.result === "a" ? [a, b] : [b, a]
  return `lets ${judges} compare ${duelName(duel)}: ${nameOf(better.hotkey)} is ahead of ${nameOf(worse.hotkey)} by ${points} points`
}
