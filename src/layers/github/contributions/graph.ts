/** A branch's history as a graph. Commits' dates are people's clocks: only parents say what came before what. */
import type { RecordedCommit } from "../../git/record/recordTask.ts"

/** Commits as git lists them, newest first. */
export type History = ReadonlyArray<RecordedCommit>

const byHash = (history: History): ReadonlyMap<string, RecordedCommit> => new Map(history.map((one) => [one.commit, one]))

/** The commits that lead back from some, as far as they are listed, with those. */
const reachableFrom = (history: ReadonlyMap<string, RecordedCommit>, from: ReadonlyArray<string>): Set<string> => {
  const reached = new Set(from)
  for (const commit of reached) for (const parent of history.get(commit)?.parents ?? []) reached.add(parent)
  return reached
}

/** A history as it was when a commit was its newest one; empty if the list does not have it. */
export const upTo = (history: History, commit: string): History => {
  const known = byHash(history)
  if (!known.has(commit)) return []
  const reached = reachableFrom(known, [commit])
  return history.filter((one) => reached.has(one.commit))
}

/** The merge commits of the branch by each commit that they brought to it. */
export const mergesIn = (history: History): ReadonlyMap<string, RecordedCommit> => {
  const known = byHash(history)
  const line: Array<RecordedCommit> = []
  for (let one = history[0]; one !== undefined; one = known.get(one.parents[0] ?? "")) line.push(one)
  const merges = new Map<string, RecordedCommit>()
  const seen = new Set(line.map(({ commit }) => commit))
  for (const merge of line.toReversed())
    for (const commit of reachableFrom(known, merge.parents.slice(1))) {
      if (seen.has(commit) || !known.has(commit)) continue
      seen.add(commit)
      merges.set(commit, merge)
    }
  return merges
}
