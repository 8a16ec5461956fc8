import { type CSSProperties, useEffect, useState, useSyncExternalStore } from "react"
import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { endpoints } from "../api/endpoints.ts"
import type { Competition } from "../api/types.ts"
import { Avatar, minerLabel } from "../components/Names.tsx"
import { Amount, Countdown } from "../components/Values.tsx"
import { VoteBar } from "../components/VoteBar.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { useQuorum } from "../data/quorum.ts"
import { fileAddress } from "../exported/place.ts"
import { Hands } from "../live/hands.ts"
import { useHead } from "../live/live.ts"
import { navigate, usePlace } from "../routes/history.ts"
import { LiveIndicator } from "../shell/LiveIndicator.tsx"

const RUNNING = 12
const RESULTS = 6
/** Milliseconds for each competition. */
const EACH = 12_000

/** Keeps the screen on while this is shown and in front. Browsers without it, and saving energy, turn it off as usual. */
const useWakefulness = () => {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let isOver = false
    const take = () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return
      navigator.wakeLock.request("screen").then(
        (taken) => {
          if (isOver) void taken.release()
          else lock = taken
        },
        () => undefined
      )
    }
    take()
    document.addEventListener("visibilitychange", take)
    return () => {
      isOver = true
      document.removeEventListener("visibilitychange", take)
      void lock?.release()
    }
  }, [])
}

const hands = new Hands(window)

const Side = ({
  competition,
  side,
  isAhead
}: {
  readonly competition: Competition
  readonly side: "a" | "b"
  readonly isAhead: boolean
}) => {
  const { hotkey, avatar, login } = competition[side]
  const name = minerLabel({ hotkey, login })
  // A longer name is set in smaller letters.
  const letters: CSSProperties & { readonly "--letters": number } = { "--letters": name.length }
  return (
    <div className="wall-side" data-side={side} data-ahead={isAhead ? "" : undefined}>
      <Avatar of={hotkey} src={avatar} size="large" />
      <p className="headline" style={letters}>
        {name}
      </p>
    </div>
  )
}

const OnTheWall = ({ competition }: { readonly competition: Competition }) => {
  const quorum = useQuorum()
  const head = useHead()
  const { data } = useAnswer(endpoints.competition(competition.id))
  const { issue, bounty } = competition
  const board = scoreboardOf(data ?? competition, { head, quorum, bounty })
  const { leader, until } = board
  return (
    <article className="wall-competition" data-leader={leader ?? undefined}>
      <p className="wall-issue">
        {issue.repository}#{issue.number}
      </p>
      <h1>{issue.title ?? `Match ${competition.id}`}</h1>
      <div className="wall-sides">
        <Side competition={competition} side="a" isAhead={leader === "a"} />
        <p className="wall-bounty headline">
          <Amount rao={bounty} decimals={2} />
        </p>
        <Side competition={competition} side="b" isAhead={leader === "b"} />
      </div>
      <VoteBar state={board} />
      <p className="wall-state headline">{board.headline}</p>
      <p className="wall-clock">
        {board.phaseText}
        {until === null ? null : (
          <>
            {" · "}
            <Countdown to={{ block: until.block, time: null }} label={until.what} reached="due" />
          </>
        )}
      </p>
    </article>
  )
}

/** Running competitions and the latest results, one after the other, in letters that are read from across a room. */
export default function WallPage() {
  const { path } = usePlace()
  const running = useList(endpoints.competitions({ status: ["Running"], limit: `${RUNNING}` }))
  const results = useList(endpoints.competitions({ status: ["Won"], limit: `${RESULTS}` }))
  const [at, setAt] = useState(0)
  const [isPaused, setPaused] = useState(false)
  const isIdle = useSyncExternalStore(hands.subscribe, hands.areOff)
  useWakefulness()
  useEffect(() => {
    if (isPaused) return
    const timer = setInterval(() => setAt((before) => before + 1), EACH)
    return () => clearInterval(timer)
  }, [isPaused])
  useEffect(() => {
    document.title = "Wall · Gittensor"
    const leave = ({ key }: KeyboardEvent) => {
      if (key === "Escape" && document.fullscreenElement === null) navigate(path)
    }
    document.addEventListener("keydown", leave)
    return () => document.removeEventListener("keydown", leave)
  }, [path])
  const shown = [...(running.items ?? []).slice(0, RUNNING), ...(results.items ?? []).slice(0, RESULTS)]
  const competition = shown[at % Math.max(1, shown.length)]
  return (
    <main className="wall" data-idle={isIdle ? "" : undefined}>
      <header>
        <p className="wall-brand headline">
          <img src={fileAddress("/favicon.svg")} alt="" /> Gittensor
        </p>
        <LiveIndicator />
        <p className="wall-buttons">
          <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            Pause
          </button>
          <button type="button" onClick={() => setAt(at + 1)}>
            Next
          </button>
          {document.fullscreenEnabled ? (
            <button
              type="button"
              onClick={() =>
                void (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen())
              }
            >
              Full screen
            </button>
          ) : null}
          <button type="button" onClick={() => navigate(path)}>
            Leave
          </button>
        </p>
      </header>
      {competition === undefined ? (
        <article className="wall-competition">
          <h1>{running.items === undefined ? "…" : "No match yet"}</h1>
          <p className="wall-clock">The first one appears here by itself.</p>
        </article>
      ) : (
        <OnTheWall key={competition.id} competition={competition} />
      )}
      <ol className="wall-dots" aria-hidden="true">
        {shown.map(({ id }, index) => (
          <li key={id} data-here={index === at % shown.length ? "" : undefined} />
        ))}
      </ol>
    </main>
  )
}
