/** Measures what landings had before, as validators do: here from the texts of a simulated world, whose landings follow each other by their days. */
import { Effect, Schema } from "effect"
import type { ChangedFile } from "../../../src/domain/contributions/ChangedFile.ts"
import type { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { WorkFigures } from "../../../src/domain/Roster.ts"
import { Roster } from "../../../src/layers/chain/roster/Roster.ts"
import { addedText, allRunsOf, hadIn, hadShares, isContained, printOf, type Standing } from "../../../src/rules/contributions/had.ts"
import { tokensIn } from "../../../src/rules/contributions/work/whatCounts.ts"
import { FileScorer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"

export type File = (typeof RoundRecord.Encoded)["files"][string][number]

export interface Landing {
  readonly files: ReadonlyArray<File>
  /** 0 to 3: which of the party's accounts. Default: the first. */
  readonly account?: number
  /** Default: the busy one. */
  readonly repository?: string
  /** Days before the round. Default: 1. */
  readonly days?: number
  /** Days from the opening to the landing. Default: half a day. */
  readonly open?: number
}

export const HALF_DAY = 0.5
const REPLACED_DAYS = 90
const LARGE_TOKENS = 100
const figures = Schema.decodeSync(WorkFigures)({})

/** A text of a repository, from one day to another, counted back. */
interface Version {
  readonly runs: ReadonlySet<number>
  readonly lines: ReadonlySet<number>
  readonly repository: string
  readonly account: number
  readonly from: number
  to: number
}

const changed = ({ additions, base_content, changes, deletions, filename, head_content, parent, status }: File): ChangedFile => ({
  path: filename,
  status,
  additions: additions ?? 0,
  deletions: deletions ?? 0,
  changes: changes ?? 0,
  isBinary: false,
  base: base_content ?? null,
  head: head_content ?? null,
  ...(parent === undefined ? {} : { parent })
})

const together = (all: ReadonlyArray<Standing>): Standing => {
  const some = all.filter((one) => one !== undefined)
  return some.includes("had") || some.length > 1 ? "had" : some[0]
}

/** The landings with the shares of their files, in the order given. */
export const measuredLandings = Effect.fn("measuredLandings")(function* <A extends Landing>(landings: ReadonlyArray<A>) {
  const [{ scoreFiles }, { fileRules }] = yield* Effect.all([FileScorer, Roster])
  const versions: Array<Version> = []
  const newest = new Map<string, Version>()
  const textAt = (path: string, text: string, where: Pick<Version, "account" | "from" | "repository">): Version => {
    const version = { ...where, runs: allRunsOf(text, path), lines: new Set(printOf(text, path).lines), to: Number.NEGATIVE_INFINITY }
    versions.push(version)
    return version
  }
  const measured = new Map<A, A>()
  const placeOf = ({ account = 0, days = 1, repository = "" }: A) => ({ account, days, repository })
  for (const one of landings)
    for (const { base_content: base, filename } of one.files) {
      const { repository } = placeOf(one)
      const key = `${repository} ${filename}`
      if (typeof base === "string" && !newest.has(key))
        newest.set(key, textAt(filename, base, { repository, account: -1, from: Number.POSITIVE_INFINITY }))
    }
  for (const one of landings.toSorted((before, after) => placeOf(after).days - placeOf(before).days)) {
    const { account, days, repository } = placeOf(one)
    const { files: scored } = yield* scoreFiles(one.files.map(changed), fileRules)
    const isLarge = tokensIn(scored, figures) >= LARGE_TOKENS
    const places = versions.flatMap((version) => {
      const isOwn = version.repository === repository
      if (isOwn ? version.to > days + REPLACED_DAYS : !isLarge || version.to >= days) return []
      const isMeanwhile = version.account >= 0 && version.account !== account && version.from < days + (one.open ?? HALF_DAY)
      return [{ ...version, standing: isMeanwhile ? ("shared" as const) : ("had" as const) }]
    })
    const added = one.files.map((file) => addedText(file.base_content ?? "", file.head_content ?? "", file.filename))
    const found = hadIn(added, (index) => {
      const lines = added[index]?.lines ?? new Uint32Array(0)
      return {
        ofRun: (run) => together(places.map(({ runs, standing }) => (runs.has(run) ? standing : undefined))),
        ofFile: together(
          places.map((place) => (isContained(lines, lines.filter((line) => place.lines.has(line)).length) ? place.standing : undefined))
        )
      }
    })
    const { comparedOf, of } = hadShares(found)
    measured.set(one, {
      ...one,
      files: one.files.map((file) => ({ ...file, had_share: of(file.filename), compared_words: comparedOf(file.filename) }))
    })
    for (const { filename, head_content: head } of one.files) {
      const key = `${repository} ${filename}`
      const before = newest.get(key)
      if (before !== undefined) before.to = days
      if (typeof head === "string") newest.set(key, textAt(filename, head, { repository, account, from: days }))
    }
  }
  return landings.map((one) => measured.get(one) ?? one)
})
