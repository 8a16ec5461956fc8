import { useEffect, useMemo, useState } from "react"
import { millisecondsOf, type PlacedSide, type SideName, sideWith } from "../../../src/story/competitor.ts"
import { leftAt, type Odds, oddsNow, oddsWith } from "../../../src/story/odds.ts"
import { commentaryOf, tellPlay } from "../../../src/story/plays.ts"
import type { Scoreboard as State } from "../../../src/story/scoreboard.ts"
import { plain } from "../../../src/story/sentence.ts"
import { type Problem, problemFrom } from "../api/ask.ts"
import type { CompetitionDetail, Play } from "../api/types.ts"
import { isExported } from "../exported/place.ts"
import { wholeNumber } from "../format/amount.ts"
import { timeOfBlock } from "../format/time.ts"
import { useHead, usePace } from "../live/live.ts"
import { readPlays } from "./EarlierPlays.tsx"
import { OddsBar } from "./OddsBar.tsx"
import { ApiProblem } from "./Page.tsx"
import { StageTrack } from "./StageTrack.tsx"
import { When } from "./Values.tsx"

interface Props {
  readonly competition: CompetitionDetail
  /** Its state of play, which is the last moment. */
  readonly state: State
  /** The moment to show, in seconds since 1970; undefined: the last one. */
  readonly moment: string | undefined
  readonly onMoment: (moment: string | undefined) => void
}

interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  /** What happened, in sentences. */
  readonly texts: ReadonlyArray<string>
  readonly track: Pick<State, "phase" | "leader" | "a" | "b">
  readonly odds: Odds | null
}

/** Milliseconds that each moment is shown while the replay runs. */
const SHOWN_FOR = 1_200

/** All plays of the match, of which its own answer has the newest. */
const useAllPlays = ({ id, plays, earlierPlays }: CompetitionDetail, isAsked: boolean) => {
  const [earlier, setEarlier] = useState<ReadonlyArray<Play>>()
  const [problem, setProblem] = useState<Problem>()
  // An export has the newest plays alone.
  const isMissing = earlierPlays !== null && earlier === undefined && !isExported
  useEffect(() => {
    if (!isMissing || !isAsked || problem !== undefined) return
    const readAll = async () => {
      const read: Array<Play> = []
      for (let cursor: string | null = earlierPlays; cursor !== null; ) {
        const page = await readPlays(id, cursor)
        read.unshift(...page.items.toReversed())
        cursor = page.next
      }
      setEarlier(read)
    }
    readAll().catch((error: unknown) => setProblem(problemFrom(error)))
  }, [id, isMissing, isAsked, earlierPlays, problem])
  return { all: useMemo(() => [...(earlier ?? []), ...plays], [earlier, plays]), isMissing, problem, again: () => setProblem(undefined) }
}

const useMoments = (competition: CompetitionDetail, state: State, plays: ReadonlyArray<Play>): ReadonlyArray<Moment> => {
  const head = useHead()
  const pace = usePace()
  return useMemo(() => {
    const { a, b, startedAt, submissionsFrom, deadline, endedAt, pullRequests } = competition
    const known = head ?? { block: startedAt.block, time: Date.parse(startedAt.time ?? "") }
    const timeOf = ({ block, time }: { readonly block: number; readonly time: string | null }) =>
      time !== null ? Date.parse(time) : pace === null ? known.time : timeOfBlock(block, pace)
    const begun = { ...competition, winner: null, pullRequest: null }
    const momentOf = (
      at: number,
      texts: ReadonlyArray<string>,
      sides: Readonly<Record<SideName, PlacedSide>>,
      leader: SideName | null
    ): Moment => ({
      at,
      texts,
      track: { phase: "submissions", leader, ...sides },
      odds: oddsWith(sides, a.expected, leftAt(at, timeOf(submissionsFrom), timeOf(deadline)))
    })
    const moments = [momentOf(timeOf(startedAt), ["The match begins"], { a: sideWith(begun, "a", []), b: sideWith(begun, "b", []) }, null)]
    let texts: Array<string> = []
    let leader: SideName | null = null
    for (const { play, lead, sides } of commentaryOf({ ...competition, plays })) {
      const pull = pullRequests.find(({ number, repository }) => number === play.number && repository === play.repository)
      const login = [a, b].find(({ hotkey }) => hotkey === play.hotkey)?.login ?? pull?.author ?? null
      texts.push(plain(tellPlay(play, { author: pull?.author ?? null, login, early: pull?.early ?? null })))
      if (lead !== null) {
        texts.push(lead.text)
        leader = lead.leader
      }
      if (sides === null) continue
      moments.push(momentOf(millisecondsOf(play.at), texts, sides, leader))
      texts = []
    }
    const last = endedAt === null ? Math.max(known.time, moments.at(-1)?.at ?? 0) : timeOf(endedAt)
    return [...moments, { at: last, texts: [state.headline], track: state, odds: oddsNow(competition, head?.block) }]
  }, [competition, state, plays, head, pace])
}

/** A match moment by moment. */
export const Replay = ({ competition, state, moment: named, onMoment }: Props) => {
  const [isAsked, setAsked] = useState(named !== undefined)
  const { all, isMissing, problem, again } = useAllPlays(competition, isAsked)
  const moments = useMoments(competition, state, all)
  const [isRunning, setRunning] = useState(false)
  const last = moments.length - 1
  const index =
    named === undefined
      ? last
      : Math.max(
          0,
          moments.findLastIndex(({ at }) => Math.floor(at / 1_000) <= Number(named))
        )
  const shown = moments[index]
  const go = (to: number) => {
    const moment = moments[to]
    onMoment(moment === undefined || to === last ? undefined : `${Math.floor(moment.at / 1_000)}`)
  }
  useEffect(() => {
    if (!isRunning) return
    const timer = setTimeout(() => (index < last ? go(index + 1) : setRunning(false)), SHOWN_FOR)
    return () => clearTimeout(timer)
  })
  if (problem !== undefined) return <ApiProblem problem={problem} again={again} />
  if (!isAsked)
    return (
      <button type="button" onClick={() => setAsked(true)}>
        Replay it from the beginning
      </button>
    )
  if (isMissing || shown === undefined) return <p className="muted">Reading the earlier events…</p>
  const time = { block: null, time: new Date(shown.at).toISOString() }
  const step = (to: number) => {
    setRunning(false)
    go(to)
  }
  return (
    <div className="replay">
      <div className="replay-keys">
        <button
          type="button"
          onClick={() => {
            if (!isRunning && index === last) go(0)
            setRunning(!isRunning)
          }}
        >
          {isRunning ? "Pause" : "Play"}
        </button>
        <button type="button" aria-label="The moment before" disabled={index === 0} onClick={() => step(index - 1)}>
          ‹
        </button>
        <input
          type="range"
          min={0}
          max={last}
          value={index}
          aria-label="Moment of the match"
          aria-valuetext={`${index + 1} of ${moments.length}: ${shown.texts.join("; ")}`}
          onChange={({ currentTarget }) => step(Number(currentTarget.value))}
        />
        <button type="button" aria-label="The next moment" disabled={index === last} onClick={() => step(index + 1)}>
          ›
        </button>
      </div>
      <p className="muted">
        {wholeNumber(index + 1)} of {wholeNumber(moments.length)}, <When at={time} as="time" />
      </p>
      <ul className="replay-texts">
        {shown.texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <StageTrack state={shown.track} />
      {shown.odds === null ? null : (
        <OddsBar
          a={{ name: state.a.name, expected: shown.odds.a }}
          b={{ name: state.b.name, expected: shown.odds.b }}
          nobody={shown.odds.nobody}
          title="odds then"
          note="by what was known at that moment"
        />
      )}
    </div>
  )
}
