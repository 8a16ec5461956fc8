/** The terms of enrolling, shown before anything is signed. Pure. */
import { waitOf } from "../contract-client/standing.ts"
import { collateralAsked, shareOfAmount } from "../domain/Collateral.ts"
import { percent, shortAlpha } from "./figures.ts"
import { blocksText, type Pace } from "./time.ts"

/** The first rule. docs/miner.md has it in the same words. */
export const FIRST_RULE = "Never ask for an approval, a link, a merge or a closing because of a bounty."

/** The contract's settings that the terms mention. Periods are in blocks, shares in basis points. */
interface Settings {
  readonly submissionWindow: number
  readonly competitionLength: number
  readonly outcomeGrace: number
  readonly challengePeriod: number
  readonly day: number
  readonly ownerDelay: number
  readonly collateralBps: number
  readonly slashBps: number
  readonly treasuryHotkey: string
}

export interface Enrolling {
  /** In rao. */
  readonly bounty: bigint
  readonly config: Settings
  /** The coldkey that is paid. */
  readonly coldkey: string
  /** Validity of the enrolment, in blocks. */
  readonly counts: number
  readonly netuid: number
  readonly pace: Pace | null
}

/** The terms, one a line: the rule, the dates, the stake, the payment and its receiver, unpaid ends, and the requirements of a pull request. */
export const termsOf = ({ bounty, coldkey, config, counts, netuid, pace }: Enrolling): ReadonlyArray<string> => {
  const period = (blocks: number) => blocksText(blocks, pace)
  const collateral = collateralAsked(bounty, config.collateralBps)
  const atStake =
    collateral === 0n
      ? "your rating. A match locks no collateral at present"
      : `your rating, and ${shortAlpha(collateral)} α of collateral, which a match locks. Losing costs ${shortAlpha(shareOfAmount(collateral, config.slashBps))} α of it (${percent(config.slashBps / 10_000)}), and so may not solving the issue in time`
  return [
    `The rule: ${FIRST_RULE} A maintainer's complaint about it counts as spam.`,
    `The dates: your enrolment counts for ${period(counts)}. A match lasts ${period(config.competitionLength)}. Pull requests count if they are opened ${period(config.submissionWindow)} after its start or later, and merged by its deadline. Validators then have ${period(config.outcomeGrace)} to agree, and their votes must stand for ${period(waitOf(null, config))}.`,
    `At stake: ${atStake}.`,
    `Paid: ${shortAlpha(bounty)} α to the coldkey ${coldkey}, as its stake behind the treasury's hotkey ${config.treasuryHotkey}. It is TAO once you remove that stake, at the price that the pool has then: "btcli stake remove --netuid ${netuid}" and that hotkey. "gittensor mine payee" names another coldkey.`,
    "Nothing is paid if you are not drawn, if the other one solves it, if nobody has solved it by the deadline, if your pull request was opened too early, if somebody else's landed for it, if the merge is reverted before it is settled, if the issue is solved by others, closed as not planned or as a duplicate, moved or deleted, if the maintainers refuse, or if validators don't agree in time.",
    "Asked of your pull request: it is by the GitHub account that you linked, closes the issue, does that one thing, and keeps to what the repository asks in its CONTRIBUTING, its template and what it says about AI."
  ]
}
