/** What a change adds that its own repository had before, and in which file: without a server, for whoever has not opened a pull request yet. */
import { Array as Arrays, Effect } from "effect"
import { hadIn, hadShares } from "../../../rules/contributions/had.ts"
import { LAST_MOMENT, type RecordedHad } from "./historyTask.ts"
import { placesOf } from "./places.ts"
import { Budget } from "./queries.ts"

/** The most bytes of what a change adds. */
const MOST_ADDED = 256 << 20

/** Asks a repository whose objects are all there. `sources`: extensions, in lower case. Null: a commit is not there, or it is too much. */
export const hadHere = Effect.fn("hadHere")(function* (folder: string, base: string, head: string, sources: ReadonlyArray<string>) {
  const ask = (question: Partial<Parameters<typeof placesOf>[3]>) =>
    placesOf(folder, "", base, { added: [], places: [], ...question, sources }, new Budget(MOST_ADDED))
  const [files = null] = (yield* ask({ added: [{ base, head }] })).added
  if (files === null) return null
  const place = { base, opened: LAST_MOMENT, own: [], landed: [], files: files.map(({ lines, runs }) => ({ lines, runs })) }
  const [found = null] = (yield* ask({ places: [place] })).places
  if (found === null) return null
  const known = found.files.map(({ had }, index) => new Set(Array.from(had, (at) => files[index]?.runs[at])))
  const { comparedOf, of } = hadShares(
    hadIn(files, (index) => ({
      ofFile: found.files[index]?.whole ?? undefined,
      ofRun: (run) => (known[index]?.has(run) === true ? "had" : undefined)
    }))
  )
  return Arrays.dedupe(files.map(({ path }) => path)).map((path): RecordedHad => {
    const where = found.files.find(({ where }, index) => files[index]?.path === path && where !== null)?.where
    return { path, compared: comparedOf(path), share: of(path), where: where ?? null }
  })
})
