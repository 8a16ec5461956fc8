/** The simulated subnet's events besides validators' actions: emission arrives, the owner registers issues, competitors solve issues on GitHub. */
import { HashMap } from "effect"
import type { Competition, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { stakeOf, withStake } from "../../contract-model/Subnet.ts"
import * as Outcome from "../expectedOutcome.ts"
import type { SkillModel } from "../miners/skill.ts"
import type { Random } from "../random.ts"
import type { RecordedIssue } from "./gitHubRecord.ts"
import type { SimulatedNetwork } from "./SimulatedNetwork.ts"

const ALPHA = 1_000_000_000n

export interface Environment {
  /** Adds emission to the treasury and registers issues until the owner's backlog is full. */
  readonly begin: (random: Random) => void
  /** Draws the outcome of a competition that has started. */
  readonly compete: (competition: Competition, random: Random) => void
  /** All alpha that the treasury has ever received, in rao. */
  readonly earned: () => bigint
  readonly truthOf: (competition: number) => ReadonlyArray<Outcome.ExpectedVerdict>
  /** The verdict that the record calls for at a time; null for none. */
  readonly right: (competition: Competition, now: number) => OutcomeChoice | null
}

interface Setup {
  readonly owner: AccountAddress
  /** How many issues without a competition the owner keeps registered. */
  readonly backlog: number
  readonly skill: SkillModel
  readonly mishaps: Outcome.Mishaps
}

export const make = ({ ledger, population, record }: SimulatedNetwork, { backlog, mishaps, owner, skill }: Setup): Environment => {
  const outcomes = new Map<number, Outcome.DrawnOutcome>()
  let number = 0
  let earned = 0n

  /** Whether an issue can get no competition: nobody is attested for an issue that is closed on GitHub. */
  const isDead = (id: number): boolean => {
    const issue = HashMap.unsafeGet(ledger.world().state.issues, id)
    if (issue.status._tag !== "Open") return false
    const known = record.issue(issue.repository, issue.number)
    const evidence = known === undefined ? undefined : record.evidenceAt(known, ledger.timeOf(ledger.block()))
    return evidence?._tag !== "Found" || evidence.state !== "open"
  }

  /** The issues with an announced cancellation. */
  const doomed = (): ReadonlySet<number> =>
    new Set(ledger.world().state.waiting.flatMap(({ what }) => (what._tag === "CancelIssue" ? [what.issue] : [])))

  /** The owner announces the cancellation of dead issues, and applies it after the delay if they are still dead. */
  const closeDead = (): void => {
    const { state } = ledger.world()
    for (const { appliesFrom, id, what } of state.waiting)
      if (what._tag === "CancelIssue" && appliesFrom <= ledger.block())
        ledger.send(owner, isDead(what.issue) ? "apply" : "withdrawChange", { change: id })
    const announced = doomed()
    for (let id = Math.max(1, state.issueCount - 512); id <= state.issueCount; id++)
      if (!announced.has(id) && isDead(id)) ledger.send(owner, "cancelIssue", { id, reason: { _tag: "SolvedOutside" } })
  }

  return {
    begin: (random) => {
      closeDead()
      const { state } = ledger.world()
      const announced = doomed()
      const waiting = HashMap.reduce(
        state.issues,
        0,
        (count, { id, status }) => count + ((status._tag === "Open" && !announced.has(id)) || status._tag === "Funding" ? 1 : 0)
      )
      let cost = 0n
      for (let missing = backlog - waiting; missing > 0; missing--) {
        number += 1
        const bounty = ALPHA * BigInt(10 + random.below(91))
        cost += bounty
        const issue: RecordedIssue = {
          repository: `acme/widgets-${number % 50}`,
          number,
          repositoryId: 100 + (number % 50),
          authorId: random.chance(50_000) ? 1_000 + random.below(64) : 998,
          defaultBranch: "main"
        }
        record.open(issue)
        ledger.send(owner, "registerIssue", { repository: issue.repository, number, bounty })
      }
      const { treasuryColdkey, treasuryHotkey } = state.config
      const emission = cost + BigInt(random.below(1_000_000_000))
      earned += emission
      ledger.change((subnet) =>
        withStake(subnet, treasuryHotkey, treasuryColdkey, stakeOf(subnet, treasuryHotkey, treasuryColdkey) + emission)
      )
    },
    earned: () => earned,
    compete: (competition, random) => {
      const issue = HashMap.unsafeGet(ledger.world().state.issues, competition.issue)
      const recorded = record.issue(issue.repository, issue.number)
      const miners = [competition.a, competition.b].map(({ hotkey }) => population.minerOf(hotkey))
      const [a, b] = miners
      if (recorded === undefined) throw new Error(`issue ${issue.id} is on no record`)
      const contender = (index: 0 | 1): Outcome.Contender => {
        const [self, opponent] = index === 0 ? [a, b] : [b, a]
        const { hotkey } = index === 0 ? competition.a : competition.b
        // A hostile majority may pair a validator's own UID, whose validator does not work on the issue.
        if (self === undefined) return { hotkey, account: 2_000_000 + index, skill: 0, effort: "none" }
        const effort =
          opponent === undefined ? "full" : self.person.strategy.effort({ self: self.person, opponent: opponent.person, random })
        return { hotkey, account: self.account, skill: self.person.skill, effort }
      }
      const outcome = Outcome.draw({
        competition,
        issue: recorded,
        contenders: [contender(0), contender(1)],
        difficulty: skill.difficulty,
        mishaps,
        timeOf: ledger.timeOf,
        random
      })
      outcomes.set(competition.id, outcome)
      record.write(recorded, outcome.entries)
    },
    truthOf: (competition) => outcomes.get(competition)?.truth ?? [],
    right: (competition, now) => outcomes.get(competition.id)?.truth.findLast(({ from }) => from <= now)?.right ?? null
  }
}
