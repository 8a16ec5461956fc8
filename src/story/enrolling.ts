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
      : `your rating, and ${shortAlpha(collateral)} α of collateral, which a match locks. You lose ${shortAlpha(shareOfAmount(collateral, config.slashBps))} α of it (${percent(config.slashBps / 10_000)}) if you lose the match, and possibly if nobody solves the issue in time`
  return [
    `The rule: ${FIRST_RULE} If a maintainer complains about it, your pull request is treated as spam.`,
    `The dates: your enrolment counts for ${period(counts)}. A match lasts ${period(config.competitionLength)}. Pull requests count if they are opened at least ${period(config.submissionWindow)} after its start, and merged by its deadline. Validators then have ${period(config.outcomeGrace)} to agree, and their votes must stand for ${period(waitOf(null, config))}.`,
    `At stake: ${atStake}.`,
    `Paid: ${shortAlpha(bounty)} α to the coldkey ${coldkey}, as its stake behind the treasury's hotkey ${config.treasuryHotkey}. To turn it into TAO at the pool's price of that day, remove that stake: "btcli stake remove --netuid ${netuid}" and that hotkey. To have another coldkey paid, use "gittensor mine payee".`,
    "Nothing is paid if you are not drawn, if the other competitor solves the issue, or if nobody solves it by the deadline. The same holds if you opened your pull request too early, if somebody else's landed in its place, or if its merge is reverted before the match is settled. It also holds if others solve the issue, if the issue is closed as not planned or as a duplicate, moved or deleted, if the maintainers refuse the bounty, or if the validators do not agree in time.",
    "Your pull request must come from the GitHub account that you linked, close the issue, do nothing else, and follow the repository's CONTRIBUTING, its template and its rules about AI."
  ]
}
