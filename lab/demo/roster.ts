/** The roster of the demo. The repositories of its issues have equal shares, and the last winners have a pool. */
import { Schema } from "effect"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import type { Emission } from "../../src/domain/Emission.ts"
import { RosterDocument, RosterRepositories } from "../../src/domain/Roster.ts"

/** Shares are rounded down to a multiple of 1 / PARTS, because a sum above 1 is refused. */
const PARTS = 1_000_000

const EMISSION: Emission = {
  version: 1,
  pools: {
    oss_contributions: { kind: "oss_contributions", share: 0.8 },
    issue_competitions: { kind: "issue_competitions", share: 0.1 },
    champions: { kind: "champions", share: 0.1 }
  }
}

/**
 * One merged pull request is enough to earn, and issue discovery pays nothing, so merged code alone decides. By the rules that pay for work, a slice is
 * paid in full from 50 points on, which the small pull requests of a few minutes do not reach.
 */
export const rosterOf = (repositories: ReadonlyArray<string>): RosterDocument => {
  const names = [...new Set(repositories.map((name) => name.toLowerCase()))].toSorted()
  const settings = {
    emission_share: Math.floor(PARTS / Math.max(1, names.length)) / PARTS,
    issue_discovery_share: 0,
    eligibility: { min_valid_merged_prs: 1, min_credibility: 0 }
  }
  const shares = Schema.decodeSync(RosterRepositories)(Object.fromEntries(names.map((name) => [name, settings])))
  return { ...defaultRoster, scoring: "parity", version: 1, repositories: shares, emission: EMISSION }
}

/** The roster as a file. */
export const rosterText = Schema.encodeSync(Schema.parseJson(RosterDocument))
