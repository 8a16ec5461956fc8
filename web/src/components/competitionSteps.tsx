/** The steps of a competition, merged from the chain, from GitHub and from its dates. */
import type { CompetitionDetail, Moment, Vote } from "../api/types.ts"
import { percent, shareOf, wholeNumber } from "../format/amount.ts"
import { numberIn, textIn } from "../format/json.ts"
import { gitHubPull, reasonText, sentence, shortAccount } from "../format/names.ts"
import { timeOfBlock } from "../format/time.ts"
import type { Head } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Amount } from "./Amount.tsx"
import { CallLink } from "./CallLink.tsx"
import { Json } from "./Json.tsx"
import { MinerName } from "./MinerName.tsx"
import type { TimelineEntry } from "./Timeline.tsx"
import { Choice } from "./VoteTable.tsx"

type Placed = TimelineEntry & { readonly sort: number }

const toneOf = ({ a, b }: CompetitionDetail, hotkey: string | null | undefined): "a" | "b" | undefined =>
  hotkey === a.hotkey ? "a" : hotkey === b.hotkey ? "b" : undefined

const named = (competition: CompetitionDetail, hotkey: string) => {
  const side = toneOf(competition, hotkey)
  return <MinerName miner={side === undefined ? { hotkey } : competition[side]} picture={false} />
}

/** A choice in words, with the competitor's name if it is for one. */
const Voted = ({ competition, vote: { choice, named: miners } }: { readonly competition: CompetitionDetail; readonly vote: Vote }) => {
  const hotkey = textIn(choice, "hotkey")
  const pull = numberIn(choice, "pullRequest")
  if (hotkey === undefined || pull === undefined) return <Choice choice={choice} named={miners} />
  return (
    <>
      solved by {named(competition, hotkey)} with{" "}
      <a href={gitHubPull(competition.issue.repository, pull)} target="_blank" rel="noreferrer">
        #{pull}
      </a>
    </>
  )
}

/** Merges consecutive votes for the same choice into one step. */
const runsOf = (votes: ReadonlyArray<Vote>): ReadonlyArray<readonly [Vote, ...Array<Vote>]> => {
  const runs: Array<[Vote, ...Array<Vote>]> = []
  for (const vote of votes) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    const same =
      before !== undefined &&
      before.kind === vote.kind &&
      before.endedAt?.block === vote.endedAt?.block &&
      JSON.stringify(before.choice) === JSON.stringify(vote.choice)
    if (run !== undefined && same) run.push(vote)
    else runs.push([vote])
  }
  return runs
}

const voteStep = (competition: CompetitionDetail, run: readonly [Vote, ...Array<Vote>]): Omit<Placed, "sort"> => {
  const last = run.at(-1) ?? run[0]
  const tone = last.kind === "outcome" ? toneOf(competition, textIn(last.choice, "hotkey")) : undefined
  return {
    key: `vote-${last.at.block}-${last.event}`,
    at: last.at,
    call: last.call,
    ...(tone === undefined ? {} : { tone }),
    title: (
      <>
        {run.length === 1 ? "A validator voted" : `${wholeNumber(run.length)} validators voted`}:{" "}
        <Voted competition={competition} vote={last} />
        <span className="muted"> · {percent(shareOf(last.weight, last.totalWeight), 1)} of the stake by then</span>
      </>
    ),
    detail: (
      <ul className="timeline-votes">
        {run.map(({ at, event, call, validator }) => (
          <li key={`${at.block}-${event}`}>
            <Link to={pageAddress("validator", { hotkey: validator })} title={validator}>
              {shortAccount(validator)}
            </Link>{" "}
            <CallLink at={at} call={call} />
          </li>
        ))}
      </ul>
    )
  }
}

type Step = CompetitionDetail["steps"][number]

const stepTitle = (
  competition: CompetitionDetail,
  { name, fields }: Step
): { readonly title: TimelineEntry["title"]; readonly tone?: "a" | "b" | "good" | "bad" } => {
  const hotkey = textIn(fields, "hotkey")
  const amount = textIn(fields, "amount")
  switch (name) {
    case "CompetitionStarted":
      return { title: <strong>The competition started</strong>, tone: "good" }
    case "CompetitionWon":
      return {
        title: <strong>The verdict: {hotkey === undefined ? "won" : named(competition, hotkey)} won</strong>,
        tone: toneOf(competition, hotkey) ?? "good"
      }
    case "CompetitionExpired":
      return { title: <strong>It expired</strong>, tone: "bad" }
    case "CompetitionVoided":
      return { title: <strong>Void: {reasonText(textIn(fields, "reason", "_tag") ?? "cancelled")}</strong>, tone: "bad" }
    case "BountyPaid":
      return {
        title: (
          <strong>
            {amount === undefined ? "The bounty" : <Amount rao={amount} />} paid to{" "}
            {hotkey === undefined ? "the winner" : named(competition, hotkey)}
          </strong>
        ),
        tone: "good"
      }
    case "CollateralSlashed":
      return {
        title: (
          <>
            {amount === undefined ? "Collateral" : <Amount rao={amount} />} of collateral slashed from{" "}
            {hotkey === undefined ? "a competitor" : named(competition, hotkey)}
          </>
        ),
        tone: "bad"
      }
    default:
      return { title: sentence(name) }
  }
}

/** The competition's dates, except those overtaken by its end. */
const datesOf = (competition: CompetitionDetail): ReadonlyArray<readonly [key: string, at: Moment, title: string]> => {
  const { submissionsFrom, deadline, outcomeUntil, endedAt, payableAt, paid, status } = competition
  const all = [
    ["from", submissionsFrom, "Pull requests count from here"],
    ["deadline", deadline, "Deadline for pull requests"],
    ["until", outcomeUntil, "Last block for votes on the outcome"]
  ] as const
  const met = all.filter(([, at]) => endedAt === null || at.block <= endedAt.block)
  return payableAt === null || status !== "Won" || paid !== null
    ? met
    : [...met, ["payable", payableAt, "The bounty can be paid from here"]]
}

const fromGitHub = (competition: CompetitionDetail): ReadonlyArray<Placed> =>
  competition.pullRequests.flatMap(({ repository, number, hotkey, createdAt, mergedAt, closedAt, early }) => {
    const tone = toneOf(competition, hotkey)
    const step = (what: string, time: string, note?: string): Placed => ({
      key: `${what}-${number}`,
      at: { block: null, time },
      sort: Date.parse(time),
      ...(tone === undefined ? {} : { tone }),
      title: (
        <>
          {hotkey === null ? "Somebody" : named(competition, hotkey)} {what}{" "}
          <a href={gitHubPull(repository, number)} target="_blank" rel="noreferrer">
            #{number}
          </a>
          {note === undefined ? null : <span className="minus"> · {note}</span>}
        </>
      )
    })
    return [
      early ? step("opened", createdAt, "too early: it does not count") : step("opened", createdAt),
      ...(mergedAt === null ? (closedAt === null ? [] : [step("closed", closedAt)]) : [step("had a pull request merged:", mergedAt)])
    ]
  })

/** All steps, oldest first. `head` and `pace` serve to estimate future times. */
export const timelineOf = (competition: CompetitionDetail, head: Head | undefined, pace: number): ReadonlyArray<TimelineEntry> => {
  const known =
    head ??
    (competition.startedAt.time === null ? undefined : { block: competition.startedAt.block, time: Date.parse(competition.startedAt.time) })
  const sortOf = (at: Moment): number =>
    at.time !== null ? Date.parse(at.time) : known === undefined ? at.block : timeOfBlock(at.block, known, pace)
  const steps = competition.steps.map((step): Placed => {
    const { title, tone } = stepTitle(competition, step)
    return {
      key: `step-${step.at.block}-${step.event}`,
      at: step.at,
      call: step.call,
      sort: sortOf(step.at),
      title,
      ...(tone === undefined ? {} : { tone }),
      detail: <Json value={step.fields} label={`fields of ${step.name}`} />
    }
  })
  const votes = runsOf(competition.votes).map(
    (run): Placed => ({ ...voteStep(competition, run), sort: sortOf((run.at(-1) ?? run[0]).at) - 1 })
  )
  const dates = datesOf(competition).map(
    ([key, at, title]): Placed => ({
      key,
      at,
      title,
      tone: "rule",
      sort: sortOf(at),
      ahead: head === undefined ? at.time === null : at.block > head.block
    })
  )
  return [...votes, ...steps, ...fromGitHub(competition), ...dates].toSorted((left, right) => left.sort - right.sort)
}
