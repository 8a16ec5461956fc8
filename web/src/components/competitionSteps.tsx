/** The steps of a competition, merged from the chain, from GitHub and from its dates. */

import { gitHubCommit } from "../../../src/domain/gitHubAddress.ts"
import { type Play, playsByDates, tellPlay } from "../../../src/story/plays.ts"
import { type EventNames, tellEvent, tellVotes } from "../../../src/story/sentences.ts"
import type { CompetitionDetail, Moment, Play as ShownPlay, Vote } from "../api/types.ts"
import { textIn } from "../format/json.ts"
import { type Pace, timeOfBlock } from "../format/time.ts"
import type { Head } from "../live/live.ts"
import { CallLink } from "./Names.tsx"
import type { TimelineEntry } from "./Timeline.tsx"
import { Told } from "./Told.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Json, When } from "./Values.tsx"

type SortedEntry = TimelineEntry & { readonly sort: number }

const toneOf = ({ a, b }: CompetitionDetail, hotkey: string | null | undefined): "a" | "b" | undefined =>
  hotkey === a.hotkey ? "a" : hotkey === b.hotkey ? "b" : undefined

/** What the sentences name. The page shows the issue and the competition already. */
const namesOf = ({ a, b, issue, id }: CompetitionDetail, others: Vote["named"] = []): EventNames => ({
  miners: [a, b, ...others],
  issue,
  competition: { id, a: a.hotkey, b: b.hotkey },
  areInView: true
})

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

const voteStep = (competition: CompetitionDetail, run: readonly [Vote, ...Array<Vote>]): Omit<SortedEntry, "sort"> => {
  const last = run.at(-1) ?? run[0]
  const tone = last.kind === "outcome" ? toneOf(competition, textIn(last.choice, "hotkey")) : undefined
  return {
    key: `vote-${last.at.block}-${last.event}`,
    at: last.at,
    call: last.call,
    ...(tone === undefined ? {} : { tone }),
    title: <Told sentence={tellVotes({ ...last, validators: run.map(({ validator }) => validator) }, namesOf(competition, last.named))} />,
    detail: (
      <ul className="timeline-votes">
        {run.map(({ at, event, call, validator }) => (
          <li key={`${at.block}-${event}`}>
            <ValidatorName hotkey={validator} /> <CallLink at={at} call={call} />
          </li>
        ))}
      </ul>
    )
  }
}

/** The colours of events. A win has its side's. */
const TONES: Readonly<Record<string, "good" | "bad">> = {
  CompetitionStarted: "good",
  CompetitionWon: "good",
  BountyPaid: "good",
  CompetitionExpired: "bad",
  CompetitionUnsolved: "bad",
  CompetitionVoided: "bad",
  CollateralSlashed: "bad"
}

/** The competition's dates, except those overtaken by its end. */
const datesOf = (competition: CompetitionDetail): ReadonlyArray<readonly [key: string, at: Moment, title: string]> => {
  const { submissionsFrom, deadline, expiresFrom, endedAt } = competition
  const all = [
    ["from", submissionsFrom, "Pull requests count from here"],
    ["deadline", deadline, "Deadline for pull requests"],
    ["expires", expiresFrom, "If validators have not decided, anyone can end the match from here: it expires"]
  ] as const
  return all.filter(([, at]) => endedAt === null || at.block <= endedAt.block)
}

const keyOf = ({ commit, kind, number, place, repository }: ShownPlay): string => `${repository}-${number}-${place ?? `${kind}-${commit}`}`

/** The commit, and when the index learned of it. */
const sourceOf = ({ commit, repository, seenAt }: ShownPlay) => (
  <span className="muted">
    {commit === null ? null : (
      <>
        <a href={gitHubCommit(repository, commit)} target="_blank" rel="noreferrer">
          {commit.slice(0, 7)}
        </a>{" "}
      </>
    )}
    {seenAt === null ? null : (
      <>
        read <When at={{ block: null, time: seenAt }} />
      </>
    )}
  </span>
)

const playStep = (competition: CompetitionDetail, play: Play, key: string): Omit<SortedEntry, "detail"> => {
  const pull = competition.pullRequests.find(({ number, repository }) => number === play.number && repository === play.repository)
  const tone = toneOf(competition, play.hotkey)
  const author = pull?.author ?? null
  const login = tone === undefined ? author : (competition[tone].login ?? author)
  const time = new Date(play.at).toISOString()
  return {
    key,
    at: { block: null, time },
    sort: Date.parse(time),
    ...(tone === undefined ? {} : { tone }),
    title: <Told sentence={tellPlay(play, { author, login, early: pull?.early ?? null })} />
  }
}

const leadStep = (play: ShownPlay): ReadonlyArray<SortedEntry> => {
  const { lead } = play
  if (lead === null) return []
  const time = new Date(play.at).toISOString()
  return [
    {
      key: `lead-${keyOf(play)}`,
      at: { block: null, time },
      sort: Date.parse(time),
      tone: lead.leader ?? "rule",
      title: <strong className="lead-change">{lead.text}</strong>
    }
  ]
}

/** What happened to the pull requests, and how that changed the lead. Of those whose steps are not known, what their dates say. */
const fromGitHub = (competition: CompetitionDetail): ReadonlyArray<SortedEntry> => {
  const known = new Set(competition.plays.map(({ repository, number }) => `${repository}#${number}`))
  const others = competition.pullRequests.filter(({ repository, number }) => !known.has(`${repository}#${number}`))
  return [
    ...others.flatMap(playsByDates).map((play) => playStep(competition, play, `${play.kind}-${play.repository}-${play.number}`)),
    ...competition.plays.flatMap((play) => [{ ...playStep(competition, play, keyOf(play)), detail: sourceOf(play) }, ...leadStep(play)])
  ]
}

/** All steps, oldest first. Without a pace, what is to come is last, by block. */
export const timelineOf = (competition: CompetitionDetail, head: Head | undefined, pace: Pace | null): ReadonlyArray<TimelineEntry> => {
  const sortOf = (at: Moment): number =>
    at.time !== null ? Date.parse(at.time) : pace === null ? Number.MAX_SAFE_INTEGER - 2 ** 33 + at.block : timeOfBlock(at.block, pace)
  const names = namesOf(competition)
  const steps = competition.steps.map((step): SortedEntry => {
    const { name, fields, at, event, call } = step
    const tone = (name === "CompetitionWon" ? toneOf(competition, textIn(fields, "hotkey")) : undefined) ?? TONES[name]
    return {
      key: `step-${at.block}-${event}`,
      at,
      call,
      sort: sortOf(at),
      title: (
        <strong>
          <Told sentence={tellEvent(step, names)} />
        </strong>
      ),
      ...(tone === undefined ? {} : { tone }),
      detail: <Json value={fields} label={`fields of ${name}`} />
    }
  })
  const votes = runsOf(competition.votes).map(
    (run): SortedEntry => ({ ...voteStep(competition, run), sort: sortOf((run.at(-1) ?? run[0]).at) - 1 })
  )
  const dates = datesOf(competition).map(
    ([key, at, title]): SortedEntry => ({
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
