/** What miners do: the honest ones, and those who try to gain by something else than work. */
import type { MinerStrategy, MinerView, Wish } from "./MinerStrategy.ts"

/** Is enrolled for so many offers at once, any of them, and for no more while it competes. */
const wishesFor =
  (atOnce: number, more: Partial<Wish> = {}) =>
  ({ competes, offers, random, standing }: MinerView): ReadonlyArray<Wish> => {
    if (competes) return []
    const fresh = offers.filter(({ issue }) => standing.get(issue) !== "enrol")
    const missing = Math.max(0, atOnce - (offers.length - fresh.length))
    return random
      .shuffled(fresh)
      .slice(0, missing)
      .map(({ issue }): Wish => ({ issue, choice: "enrol", ...more }))
  }

export const honest: MinerStrategy = {
  name: "honest",
  wishes: wishesFor(3),
  effort: () => "full"
}

/** Is there for every opportunity by passing on it. */
export const skipper: MinerStrategy = {
  name: "skipper",
  wishes: ({ offers, standing }) =>
    offers.filter(({ issue }) => !standing.has(issue)).map(({ issue }): Wish => ({ issue, choice: "skip" })),
  effort: () => "full"
}

/** Works against others, and lets its friends win. */
export const colluder: MinerStrategy = {
  name: "colluder",
  wishes: wishesFor(5),
  effort: ({ opponent, self }) => (self.cartel !== null && self.cartel === opponent.cartel && opponent.index < self.index ? "none" : "full")
}

/** Wants every issue, and issues that there are not: more than a validator takes of one hotkey. */
export const flooder: MinerStrategy = {
  name: "flooder",
  wishes: ({ offers, round }) => [
    ...offers.map(({ issue }): Wish => ({ issue, choice: "enrol" })),
    ...Array.from({ length: 20 }, (_, index): Wish => ({ issue: 1_000_000 + (round % 1_000) * 20 + index, choice: "enrol" }))
  ],
  effort: () => "full"
}

/** Tells a third of the validators only, in the last moment. */
export const latecomer: MinerStrategy = {
  name: "latecomer",
  wishes: (view) => {
    const to = Array.from({ length: Math.max(1, Math.floor(view.validators / 3)) }, () => view.random.below(view.validators))
    return wishesFor(3, { late: true, to })(view)
  },
  effort: () => "full"
}

/** Signs that it enrols for some validators, and that it skips for the others. */
export const twoFaced: MinerStrategy = {
  name: "two-faced",
  wishes: (view) => {
    const [some, others] = [0, 1].map((rest) =>
      Array.from({ length: view.validators }, (_, index) => index).filter((index) => index % 2 === rest)
    )
    return wishesFor(3)(view).flatMap(
      ({ issue }): ReadonlyArray<Wish> => [
        { issue, choice: "enrol", to: some ?? [] },
        { issue, choice: "skip", to: others ?? [] }
      ]
    )
  },
  effort: () => "full"
}

/** Loses on purpose, as one who wants weaker opponents later. */
export const loser: MinerStrategy = { ...honest, name: "loser", effort: ({ random }) => (random.chance(700_000) ? "none" : "full") }

/** Holds issues without working on them. */
export const squatter: MinerStrategy = { ...honest, name: "squatter", effort: () => "none" }

/** Opens its pull request before it may. */
export const hasty: MinerStrategy = { ...honest, name: "hasty", effort: ({ random }) => (random.chance(300_000) ? "early" : "full") }

/** Leaves its hotkey, and with it its record, now and then. */
export const swapper: MinerStrategy = {
  ...honest,
  name: "swapper",
  swaps: ({ competes, random }) => (competes || !random.chance(3_000) ? "no" : random.chance(500_000) ? "same coldkey" : "new coldkey")
}

export const strategies: ReadonlyArray<MinerStrategy> = [
  honest,
  skipper,
  colluder,
  flooder,
  latecomer,
  twoFaced,
  loser,
  squatter,
  hasty,
  swapper
]
