/** Both sides' progress from a draft to the payment: side a above the stages' names, side b below. */
import { dim, type Line, lineOf, lineWidth, type Style, span } from "../../../layers/machine/terminal/screen/line.ts"
import { alignLeft, widthOf } from "../../../layers/machine/terminal/screen/text.ts"
import type { SideName } from "../../../story/competitor.ts"
import type { Scoreboard } from "../../../story/scoreboard.ts"
import { stopOf, TRACK } from "../../../story/track.ts"

const COLOURS = { a: "cyan", b: "yellow" } as const satisfies Record<SideName, Style["colour"]>

const NAMES_WIDTH = TRACK.reduce((sum, one) => sum + one.length, 0)
/** Maximum of cells between two names. */
const WIDEST_GAP = 6

const reachedBy = (state: Scoreboard, side: SideName): number => {
  const stop = stopOf(state, side)
  return stop === null ? -1 : TRACK.indexOf(stop)
}

const lane = (state: Scoreboard, side: SideName, gap: number, width: number): Line => {
  const reached = reachedBy(state, side)
  const marks = TRACK.map((stop, index) => {
    const line = (index < reached ? "━" : "─").repeat(index === TRACK.length - 1 ? 0 : stop.length + gap - 1)
    return span(`${index <= reached ? "●" : "○"}${line}`, index <= reached ? { colour: COLOURS[side] } : { dim: true })
  })
  const line = [span("  "), ...marks]
  const name = `  ${state[side].name}`
  return lineWidth(line) + widthOf(name) <= width ? [...line, dim(name)] : line
}

/** In words on a screen that is too narrow. */
export const trackLines = (state: Scoreboard, width: number): ReadonlyArray<Line> => {
  const gap = Math.min(WIDEST_GAP, Math.floor((width - 4 - NAMES_WIDTH) / (TRACK.length - 1)))
  if (gap < 1)
    return (["a", "b"] as const).map((side) => {
      const reached = reachedBy(state, side)
      const place = reached < 0 ? "not on the way yet" : `${TRACK[reached]}, ${reached + 1} of ${TRACK.length}`
      return lineOf("  ", span(state[side].name, { colour: COLOURS[side] }), `: ${place}`)
    })
  const names = lineOf(
    "  ",
    dim(TRACK.map((stop, index) => (index === TRACK.length - 1 ? stop : alignLeft(stop, stop.length + gap))).join(""))
  )
  return [lane(state, "a", gap, width), names, lane(state, "b", gap, width)]
}
