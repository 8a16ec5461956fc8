/**
 * A branch's history as a graph. Commits' dates are people's clocks: only parents say what came before what. Where GitHub leaves them out, the order of its list
 * does.
 */
import type { RecordedCommit } from "../../git/record/recordTask.ts"

/** A commit of a history, which is listed with its newest commit first. */
export interface HistoryCommit {
  readonly oid: string
  readonly message: string
  /** Milliseconds since 1970, by the committer's clock. */
  readonly at: number
  /** The first one is the branch that it was put on. */
  readonly parents?: ReadonlyArray<string> | undefined
}
export type History = ReadonlyArray<HistoryCommit>

/** A history as git lists it. */
export const historyOf = (commits: ReadonlyArray<RecordedCommit>): History =>
  commits.map(({ commit, committedAt, message, parents }) => ({ oid: commit, message, at: committedAt, parents }))

/** The commits that lead back from some, as far as they are listed, with those. */
const reachableFrom = (history: ReadonlyMap<string, HistoryCommit>, from: ReadonlyArray<string>): Set<string> => {
  const reached = new Set(from)
  for (const oid of reached) for (const parent of history.get(oid)?.parents ?? []) reached.add(parent)
  return reached
}

const byOid = (history: History): ReadonlyMap<string, HistoryCommit> => new Map(history.map((one) => [one.oid, one]))

/** Whether nothing that came after these commits can follow in the list. */
export const isComplete = (history: History, targets: ReadonlyArray<string>): boolean => {
  const known = byOid(history)
  return targets.every((target) => {
    if (!known.has(target)) return false
    const before = reachableFrom(known, [target])
    return history.every(({ parents = [] }) => parents.every((parent) => known.has(parent) || before.has(parent)))
  })
}

/** What came to the branch after a commit, newest first; everything if the list does not have it. */
export const laterThan = (history: History, oid: string): History => {
  const known = byOid(history)
  if (history.some(({ parents }) => parents === undefined)) {
    const position = history.findIndex((one) => one.oid === oid)
    return history.slice(0, position === -1 ? history.length : position)
  }
  const before = reachableFrom(known, [oid])
  return history.filter((one) => !before.has(one.oid))
}

/** A history as it was when a commit was its newest one; empty if the list does not have it. */
export const upTo = (history: History, oid: string): History => {
  const known = byOid(history)
  if (!known.has(oid)) return []
  const reached = reachableFrom(known, [oid])
  return history.filter((one) => reached.has(one.oid))
}

/** The merge commits of the branch by each commit that they brought to it. */
export const mergesIn = (history: History): ReadonlyMap<string, HistoryCommit> => {
  const known = byOid(history)
  const line: Array<HistoryCommit> = []
  for (let one = history[0]; one !== undefined; one = known.get(one.parents?.[0] ?? "")) line.push(one)
  const merges = new Map<string, HistoryCommit>()
  const seen = new Set(line.map(({ oid }) => oid))
  for (const merge of line.toReversed())
    for (const oid of reachableFrom(known, merge.parents?.slice(1) ?? [])) {
      if (seen.has(oid) || !known.has(oid)) continue
      seen.add(oid)
      merges.set(oid, merge)
    }
  return merges
}
