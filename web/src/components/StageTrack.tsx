import type { Scoreboard } from "../../../src/story/scoreboard.ts"
import { stopOf, TRACK } from "../../../src/story/track.ts"

type Sides = Pick<Scoreboard, "phase" | "leader" | "a" | "b">

const Lane = ({ state, side }: { readonly state: Sides; readonly side: "a" | "b" }) => {
  const stop = stopOf(state, side)
  const reached = stop === null ? -1 : TRACK.indexOf(stop)
  const { name } = state[side]
  return (
    <div
      className="track-lane"
      data-side={side}
      role="img"
      aria-label={stop === null ? `${name} is not on the way yet` : `${name}: ${stop}, stage ${reached + 1} of ${TRACK.length}`}
    >
      {TRACK.map((one, index) => (
        <span key={one} data-reached={index <= reached ? "" : undefined} data-here={index === reached ? "" : undefined} />
      ))}
    </div>
  )
}

const Name = ({ state, side }: { readonly state: Sides; readonly side: "a" | "b" }) => (
  <p className="track-name" data-side={side} aria-hidden="true">
    {state[side].name}
  </p>
)

/** How far both sides are on the way from a draft to the payment: side a above the stages' names, side b below. */
export const StageTrack = ({ state }: { readonly state: Sides }) => (
  <div className="track">
    <Name state={state} side="a" />
    <Lane state={state} side="a" />
    <p className="track-names" aria-hidden="true">
      {TRACK.map((one) => (
        <span key={one}>{one}</span>
      ))}
    </p>
    <Lane state={state} side="b" />
    <Name state={state} side="b" />
  </div>
)
