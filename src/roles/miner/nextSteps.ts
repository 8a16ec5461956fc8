/** Suggests a miner's next steps. */
import { formatAlpha } from "../../domain/Amount.ts"
import { DUST } from "../../domain/Collateral.ts"
import { settlingText } from "./ballot.ts"
import type { MinerCompetition, MinerStatus } from "./status.ts"

/** Warn about enrolments that end within this many blocks (two hours at 12 s). */
const ENDS_SOON = 600

const stepsForCompetition = ({ id, issue, repository, number, phase, submissionsFrom, deadline, payee, ballot }: MinerCompetition) => {
  const place = `${repository}#${number}`
  const votes = ballot === null || ballot.votes.length === 0 ? "" : `; ${settlingText(ballot)}`
  switch (phase) {
    case "window":
      return `match ${id}: work on ${place}, and open your pull request at block ${submissionsFrom.block} or later; an earlier one loses${votes}`
    case "submissions":
      return `match ${id}: open a pull request that closes ${place}, and have it merged into the default branch by block ${deadline.block}${votes}`
    case "grace":
      return `match ${id}: the deadline has passed; validators still vote on what was merged by then${votes}`
    case "won":
      return `match ${id}: you won issue ${issue}; the validators now have the bounty paid to ${payee}`
    case "over":
      return undefined
  }
}

const stepForLink = ({ githubAccount, linkUncertain, githubLink }: MinerStatus): string | undefined => {
  if (githubAccount !== null) return undefined
  if (linkUncertain) return "GitHub does not show your gist now, so your link could not be checked: try again later"
  return `link your GitHub account with "gittensor mine link-github"${githubLink === "not linked" ? "" : `: ${githubLink}`}`
}

const stepsForEnrolments = ({ enrolments, block, validatorsAnswering }: MinerStatus): ReadonlyArray<string> =>
  enrolments.flatMap(({ issue, takes, choice, heldBy, validUntil }) => {
    if (!takes || choice === null) return []
    const again = `"gittensor mine ${choice === "enrol" ? "enroll" : "skip"} ${issue}"`
    if (heldBy.length < validatorsAnswering)
      return [
        `issue ${issue}: ${heldBy.length} of ${validatorsAnswering} validators that respond have your enrolment; they share it with the others, or you send it again with ${again}`
      ]
    return validUntil !== null && validUntil - block < ENDS_SOON
      ? [`issue ${issue}: your enrolment ends at block ${validUntil}; renew it with ${again}`]
      : []
  })

/** Suggestions, the most urgent first. Never empty. */
export const nextSteps = (status: MinerStatus): ReadonlyArray<string> => {
  if (status.uid === null) return ["register the hotkey on the subnet: gittensor mine register"]
  const link = stepForLink(status)
  const steps = [
    ...status.competitions.flatMap((competition) => stepsForCompetition(competition) ?? []),
    ...(link === undefined ? [] : [link]),
    ...(status.eligible
      ? []
      : ["your rating is too low to be matched; it recovers by itself, half of the way to 1500 in 30 days without a match"]),
    ...(status.collateral.wanted > status.collateral.free + DUST
      ? [
          `matches require up to ${formatAlpha(status.collateral.wanted)} alpha of collateral, but you have ${formatAlpha(status.collateral.free)} free: see "gittensor mine collateral"`
        ]
      : []),
    ...stepsForEnrolments(status)
  ]
  const isBusy = status.running >= status.maxCompetitions
  const idle =
    !isBusy && !status.enrolments.some(({ choice, takes }) => choice === "enrol" && takes)
      ? ['choose an issue with "gittensor mine issues" and enrol with "gittensor mine enroll ISSUE"']
      : []
  const all = [...steps, ...idle]
  return all.length > 0 ? all : ["nothing to do: wait to be matched"]
}
