/** Validators' findings on a pull request's head, in words and as a rank. */
import { VALIDATORS_PLAYS } from "../domain/Play.ts"
import type { ShownPanel } from "../domain/quality/Panel.ts"
import { countedNoun } from "./figures.ts"

export type FindingKind = (typeof VALIDATORS_PLAYS)[number]

export interface HeadFinding {
  readonly kind: FindingKind
  /** How many tests fail without it and pass with it. */
  readonly tests: number
  /** How many validators report it. */
  readonly validators: number
}

const KINDS: ReadonlySet<string> = new Set(VALIDATORS_PLAYS)
const isFinding = (kind: string): kind is FindingKind => KINDS.has(kind)

/** A finding's rank in a comparison. A missing or undecided finding is no advantage for either side. */
export const rankOfFinding = (finding: HeadFinding | null): number =>
  finding === null ? 0 : { gatePassed: 0, gateRejected: -2, verified: 1, broken: -1, unproven: 0, unknown: 0 }[finding.kind]

/** "1 failing test now passes" */
export const findingText = ({ kind, tests }: HeadFinding): string => {
  switch (kind) {
    case "gatePassed":
      return "the gate lets it pass"
    case "gateRejected":
      return "the gate rejects it"
    case "verified":
      return tests > 0 ? countedNoun(tests, "failing test now passes", "failing tests now pass") : "a failing test now passes"
    case "broken":
      return "it breaks a test"
    case "unproven":
      return "no test tells the difference"
    case "unknown":
      return "no test passes without it"
  }
}

/** The fields of a pull request's step that findings need. */
export interface Found {
  readonly repository: string
  readonly number: number
  readonly kind: string
  readonly commit: string | null
  readonly validators: number | null
  readonly tests: number | null
}

/** How many of the validators that examined a head report a result. */
export interface Share {
  readonly said: number
  readonly all: number
}

/** The validators' results on one head, counted from its pull request's steps. Null: nobody has examined it yet. */
export const countsAt = (steps: ReadonlyArray<Found>, head: string) => {
  const said = steps.filter(({ commit, kind }) => commit === head && isFinding(kind))
  const tested = said.filter(({ kind }) => kind !== "gatePassed" && kind !== "gateRejected")
  const countIn = (some: ReadonlyArray<Found>) => some.reduce((all, { validators }) => all + (validators ?? 0), 0)
  const most = findingIn(tested)
  const all = countIn(said)
  // Tests run only after the gate has let a head pass.
  const gate: Share | null = all === 0 ? null : { said: countIn(said.filter(({ kind }) => kind !== "gateRejected")), all }
  return { gate, tests: most === null ? null : { finding: most, all: countIn(tested) } }
}

/**
 * Most validators' finding on the newest head of one pull request, updated step by step, oldest first; of findings with as many validators the later
 * one. A push makes a new head without findings. A passed gate alone is no finding: more is to come.
 */
export class Heads {
  #newest: string | null = null
  #ofAll: HeadFinding | null = null
  readonly #ofHead = new Map<string, HeadFinding>()

  readonly add = ({ kind, commit, tests, validators }: Found): void => {
    if (kind === "pushed" && commit !== null) this.#newest = commit
    if (!isFinding(kind) || kind === "gatePassed") return
    const found: HeadFinding = { kind, tests: tests ?? 0, validators: validators ?? 0 }
    const outweighs = (before: HeadFinding | null | undefined) => found.validators >= (before?.validators ?? 0)
    if (outweighs(this.#ofAll)) this.#ofAll = found
    if (commit !== null && outweighs(this.#ofHead.get(commit))) this.#ofHead.set(commit, found)
  }

  get finding(): HeadFinding | null {
    return this.#newest === null ? this.#ofAll : (this.#ofHead.get(this.#newest) ?? null)
  }
}

/** The finding after all these steps. */
export const findingIn = (steps: ReadonlyArray<Found>): HeadFinding | null => {
  const heads = new Heads()
  steps.forEach(heads.add)
  return heads.finding
}

/** "The panel has 4 judges, of which a duel draws 3, but none that fell for more than 20 % of the canaries: large (large-2, temperature 0, …); …" */
export const panelText = ({ judges, judgesPerDuel, fallLimit }: typeof ShownPanel.Encoded): string => {
  const each = judges.map(({ name, model, answersAs, answerFormat, maxAnswerTokens, temperature, takesSeed, canaries }) => {
    const asked = [
      [model, ...answersAs].join(" or "),
      temperature === null ? "its server's temperature" : `temperature ${temperature}`,
      takesSeed ? "with a seed" : "without a seed",
      `${maxAnswerTokens} tokens at most as ${answerFormat}`,
      canaries === null ? "not measured by canaries" : `fell for ${canaries.fell} of ${canaries.asked} canaries`
    ]
    return `${name} (${asked.join(", ")})`
  })
  return `The panel has ${judges.length} judges, of which a duel draws ${judgesPerDuel}, but none that fell for more than ${fallLimit} % of the canaries: ${each.join("; ")}`
}

/** "answered by large-2-2026-10-01", or that its server named none. */
export const answeredByText = (model: string | null): string => (model === null ? "its server named no model" : `answered by ${model}`)
