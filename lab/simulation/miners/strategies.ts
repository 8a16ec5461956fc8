/** Strategies of miners: honest ones, and ones that seek profit without work. */
import type { MinerStrategy, MinerView, Wish } from "./MinerStrategy.ts"

/** Keeps up to this many random issues enrolled; enrols for no more while it competes. */
const wishesFor =
  (atOnce: number, more: Partial<Wish> = {}) =>
  ({ competes, offers, random, ownChoices }: MinerView): ReadonlyArray<Wish> => {
    if (competes) return []
    const fresh = offers.filter(({ issue }) => ownChoices.get(issue) !== "enrol")
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

/** Counts as present by skipping every issue. */
export const skipper: MinerStrategy = {
  name: "skipper",
  wishes: ({ offers, ownChoices }) =>
    offers.filter(({ issue }) => !ownChoices.has(issue)).map(({ issue }): Wish => ({ issue, choice: "skip" })),
  effort: () => "full"
}

/** Competes with outsiders, and lets members of its cartel win. */
export const colluder: MinerStrategy = {
  name: "colluder",
  wishes: wishesFor(5),
  effort: ({ opponent, self }) => (self.cartel !== null && self.cartel === opponent.cartel && opponent.index < self.index ? "none" : "full")
}

/** Enrols for every issue and for issues that do not exist: more than a validator accepts from one hotkey. */
export const flooder: MinerStrategy = {
  name: "flooder",
  wishes: ({ offers, round }) => [
    ...offers.map(({ issue }): Wish => ({ issue, choice: "enrol" })),
    ...Array.from({ length: 20 }, (_, index): Wish => ({ issue: 1_000_000 + (round % 1_000) * 20 + index, choice: "enrol" }))
  ],
  effort: () => "full"
}

/** Tells only a third of the validators, at the last moment. */
export const latecomer: MinerStrategy = {
  name: "latecomer",
  wishes: (view) => {
    const to = Array.from({ length: Math.max(1, Math.floor(view.validators / 3)) }, () => view.random.below(view.validators))
    return wishesFor(3, { late: true, to })(view)
  },
  effort: () => "full"
}

/** Tells some validators that it enrols, and the others that it skips. */
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

/** Loses on purpose to get weaker opponents later. */
export const loser: MinerStrategy = { ...honest, name: "loser", effort: ({ random }) => (random.chance(700_000) ? "none" : "full") }

/** Takes issues without working on them. */
export const squatter: MinerStrategy = { ...honest, name: "squatter", effort: () => "none" }

/** Sometimes opens its pull request too early. */
export const hasty: MinerStrategy = { ...honest, name: "hasty", effort: ({ random }) => (random.chance(300_000) ? "early" : "full") }

/** Replaces its hotkey, and so its record, now and then. */
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
