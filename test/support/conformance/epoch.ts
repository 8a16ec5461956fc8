/** The epoch of the conformance kit: what the chain said, a roster, and the reports as they were served. */
import { Schema } from "effect"
import { holdersIn } from "../../../src/consensus/audit/evidence.ts"
import { EpochState } from "../../../src/domain/EpochState.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"
import { unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { countedOf } from "../../../src/rules/consensus/counted.ts"
import { settlementOf, settlingRoster } from "../../../src/rules/consensus/settlementOf.ts"
import { agreedShares } from "../../../src/rules/contributions/rewards.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { fittingWeights } from "../../../src/rules/weights/conform.ts"
import { scored } from "../../../src/rules/weights/rewards.ts"
import { documentIn } from "./lines.ts"

const Weights = Schema.Struct({ uids: Schema.Array(Schema.Int), values: Schema.Array(Schema.Int) })
const Given = Schema.Struct({ facts: EpochState, roster: RosterDocument, reports: Schema.Array(signedReport.Text), weights: Weights })

/** The weights that most validators set, and those that follow by this program from reports whose signatures it verifies. */
export const epochWeights = () => {
  const { facts, reports, roster, weights } = Schema.decodeUnknownSync(Given)(documentIn("epoch.json"))
  const { repositories, emission } = unsignedRosterOf(roster)
  const commitmentsAt = (key: "atOpening" | "atSettling") =>
    new Map(facts.voters.flatMap(({ hotkey, [key]: found }) => (found === null || found === undefined ? [] : [[hotkey, found] as const])))
  const counted = countedOf(facts, facts.epoch, commitmentsAt("atOpening"), commitmentsAt("atSettling"))
  const bodies = new Map(reports.flatMap(({ body }) => (counted.has(body.validator) ? [[body.validator, body] as const] : [])))
  const by = settlingRoster(facts.roster.committed?.sha256, facts, bodies) ?? ""
  const { settlement } = settlementOf({ index: facts.epoch, firstBlock: facts.block }, by, facts, bodies, undefined)
  const rewardsOf = (kind: string) => {
    const pool = facts.pools?.[kind]
    return scored(new Map(pool?._tag === "Scored" ? pool.rewards : []))
  }
  const pools = {
    oss_contributions: scored(agreedShares(settlement, repositories, holdersIn(facts))),
    issue_competitions: rewardsOf("issue_competitions"),
    champions: rewardsOf("champions")
  }
  return { set: weights, followed: fittingWeights(blend(pools, emission), { ...facts.rules, neurons: facts.neurons.length }) }
}
