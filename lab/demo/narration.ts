/** The contract's events as lines of the demo's story. */
import { bitmapBytes } from "../../src/contract-client/bitmap.ts"
import type { ContractEvent } from "../../src/contract-client/generated.ts"
import { toUids } from "../../src/domain/UidBitmap.ts"
import { alpha } from "../../src/layers/machine/terminal/output.ts"

/** What accounts are called in the story. */
export interface Names {
  readonly validator: (hotkey: string) => string
  readonly miner: (hotkey: string) => string
}

export interface Line {
  /** The actor: the contract or a validator. */
  readonly actor: string
  readonly text: string
  /** Whether it is a turning point of a competition. */
  readonly isStory?: true
}

const percent = (part: bigint, whole: bigint): string => `${whole === 0n ? 0n : (part * 100n) / whole}%`

const agrees = ({ weight, totalWeight }: { readonly weight: bigint; readonly totalWeight: bigint }): string =>
  `${percent(weight, totalWeight)} of the stake agrees`

const outcomeText = (
  { choice, issue }: Extract<ContractEvent, { readonly _tag: "OutcomeVoted" }>,
  nameOf: (hotkey: string) => string
): string => {
  switch (choice._tag) {
    case "Solved":
      return `votes that ${nameOf(choice.hotkey)} solved issue ${issue} with pull request ${choice.pullRequest}`
    case "Unsolved":
      return `votes that nobody solved issue ${issue} in time`
    case "Cancelled":
      return `votes to cancel issue ${issue} (${choice.reason._tag})`
    case "Dissolved":
      return `votes to dissolve the pair on issue ${issue}`
  }
}

/** The line for an event; undefined if the story leaves it out. */
export const lineFor = (event: ContractEvent, { validator, miner }: Names): Line | undefined => {
  const byContract = (text: string): Line => ({ actor: "contract", text })
  const moment = (text: string): Line => ({ ...byContract(text), isStory: true })
  switch (event._tag) {
    case "BountyFunded":
      return byContract(
        `harvests ${alpha(event.amount)} for issue ${event.issue}: ${percent(event.funded, event.bounty)} of its bounty is funded`
      )
    case "EnrolmentAttested":
      return {
        actor: validator(event.validator),
        text: `attests ${toUids(bitmapBytes(event.enrolled)).length} enrolled miners for issue ${event.issue} in round ${event.round}`
      }
    case "PairVoted":
      return {
        actor: validator(event.validator),
        text: `votes to match ${miner(event.a.hotkey)} with ${miner(event.b.hotkey)}: ${agrees(event)}`
      }
    case "CompetitionStarted":
      return moment(
        `starts match ${event.competition} on issue ${event.issue}: ${miner(event.a.hotkey)} against ${miner(event.b.hotkey)}; pull requests count from block ${event.submissionsFrom}`
      )
    case "OutcomeVoted":
      return { actor: validator(event.validator), text: `${outcomeText(event, miner)}; the vote stands since block ${event.since}` }
    case "CompetitionWon":
      return moment(`settles what a quorum's votes say: ${miner(event.hotkey)} has won issue ${event.issue}, for good`)
    case "CollateralSlashed":
      return moment(`takes ${alpha(event.amount)} of the collateral of ${miner(event.hotkey)}, who lost`)
    case "BountyPaid":
      return moment(`pays ${alpha(event.amount)} at once to ${miner(event.hotkey)} for issue ${event.issue}`)
    default:
      return undefined
  }
}
