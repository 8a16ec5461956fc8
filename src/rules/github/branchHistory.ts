/** A branch's commit graph. Parents alone give the order, because commit dates come from people's clocks. Pure. */

/** A commit. `message` has only its first characters. */
export interface Commit {
  readonly commit: string
  readonly parents: ReadonlyArray<string>
  readonly message: string
}

/** Commits as git lists them, newest first. */
export type History = ReadonlyArray<Commit>

const byHash = (history: History): ReadonlyMap<string, Commit> => new Map(history.map((one) => [one.commit, one]))

/** The commits `from` and their ancestors, as far as the history lists them. */
const reachableFrom = (history: ReadonlyMap<string, Commit>, from: ReadonlyArray<string>): Set<string> => {
  const reached = new Set(from)
  for (const commit of reached) for (const parent of history.get(commit)?.parents ?? []) reached.add(parent)
  return reached
}

/** The history at a commit: the commit and its ancestors. Empty if the list does not have the commit. */
export const upTo = (history: History, commit: string): History => {
  const known = byHash(history)
  if (!known.has(commit)) return []
  const reached = reachableFrom(known, [commit])
  return history.filter((one) => reached.has(one.commit))
}

/** The first-parent line back from a commit, the commit first. */
const lineTo = (known: ReadonlyMap<string, Commit>, tip: Commit | undefined): ReadonlyArray<Commit> => {
  const line: Array<Commit> = []
  for (let one = tip; one !== undefined; one = known.get(one.parents[0] ?? "")) line.push(one)
  return line
}

/** The positions of the commits on the first-parent line of `tip`: later commits have higher ones. */
export const placesOnLine = (history: History, tip: string): ReadonlyMap<string, number> => {
  const known = byHash(history)
  const line = lineTo(known, known.get(tip))
  return new Map(line.map(({ commit }, index) => [commit, line.length - index]))
}

/** By commit, the merge commit that brought it to the branch. */
export const mergesIn = (history: History): ReadonlyMap<string, Commit> => {
  const known = byHash(history)
  const line = lineTo(known, history[0])
  const merges = new Map<string, Commit>()
  const seen = new Set(line.map(({ commit }) => commit))
  for (const merge of line.toReversed())
    for (const commit of reachableFrom(known, merge.parents.slice(1))) {
      if (seen.has(commit) || !known.has(commit)) continue
      seen.add(commit)
      merges.set(commit, merge)
    }
  return merges
}
