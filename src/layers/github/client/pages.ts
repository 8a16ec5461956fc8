/**
 * Reads REST lists by GitHub's `Link` headers. Pages are never requested by number: GitHub refuses high numbers with 422, and numbered pages shift
 * between requests (docs/world.md). If an entry is closed between two pages, the next page's first entry moves to the page before, and no request
 * returns it.
 */
import { Effect, Option, Schema } from "effect"
import { GitHubUnavailable } from "../errors.ts"
import { messageIn, nextPageIn } from "./answers.ts"
import type { Rest } from "./rest.ts"
import type { Question } from "./transport.ts"

/** Entries of a page. */
export const PAGE = 100

/** How often a list that changes meanwhile is read. */
const READINGS = 3

/** Keeps only the fields that the schema names. An answer that does not fit the schema stays as it is; the code that decodes it reports the error. */
export const slimmed =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (data: unknown): unknown =>
    Option.match(Schema.decodeUnknownOption(schema)(data), {
      onNone: () => data,
      onSome: (value) => Schema.encodeSync(schema)(value)
    })

/** A list, and the identity of its entries (`nameOf`). */
export interface List<A, I> {
  readonly question: Pick<Question, "operation" | "route" | "slim" | "mayFailAlone"> & {
    readonly parameters: Readonly<Record<string, unknown>>
  }
  readonly page: Schema.Schema<ReadonlyArray<A>, I>
  readonly nameOf: (entry: A) => string | number
  /** The most pages. Default: all. */
  readonly most?: number
}

interface Page<A> {
  readonly asked: Readonly<Record<string, unknown>>
  readonly entries: ReadonlyArray<A>
  readonly next: Readonly<Record<string, string>> | undefined
}

/** Whether an answer says that a part of the repository is switched off, as "Issues are disabled for this repo" does. */
const isSwitchedOff = (data: unknown): boolean => /disabled/i.test(messageIn(data))

/** All entries of a list; null: it does not exist. Fails where it has no end, or changes each time while it is read. */
export const readList = <A, I>(
  rest: Pick<Rest, "ask" | "understand">,
  { question, page, nameOf, most = Number.POSITIVE_INFINITY }: List<A, I>
): Effect.Effect<ReadonlyArray<A> | null, GitHubUnavailable> => {
  const { operation } = question
  const fail = (why: string, status?: number) => new GitHubUnavailable({ operation, why, ...(status === undefined ? {} : { status }) })

  const pageAt = (asked: Page<A>["asked"]): Effect.Effect<Page<A> | null, GitHubUnavailable> =>
    Effect.gen(function* () {
      const { status, data, headers } = yield* rest.ask({ ...question, parameters: { ...question.parameters, ...asked, per_page: PAGE } })
      // GitHub also answers 410 while a repository's issues are switched off: that a list is off says nothing about what it would have.
      if (status === 404 || (status === 410 && !isSwitchedOff(data))) return null
      if (status !== 200) return yield* fail(messageIn(data) || "that status is not expected", status)
      return { asked, entries: yield* rest.understand(operation, page, data), next: nextPageIn(headers.link) }
    })

  const read: Effect.Effect<ReadonlyArray<Page<A>> | null, GitHubUnavailable> = Effect.gen(function* () {
    const first = yield* pageAt({})
    if (first === null) return null
    const pages = [first]
    const seen = new Set<string>()
    for (let { next } = first; next !== undefined && pages.length < most; ) {
      const cursor = JSON.stringify(next)
      if (seen.has(cursor)) return yield* fail("its pages lead back to each other")
      seen.add(cursor)
      const further = yield* pageAt(next)
      if (further === null) return yield* fail("it disappeared while its pages were being read")
      pages.push(further)
      next = further.next
    }
    return pages
  })

  const names = ({ entries }: Page<A>) => JSON.stringify(entries.map(nameOf))

  /**
   * Whether entries were added or removed while the pages were read. A cursor stays at its entry. Numbered pages are requested again and compared,
   * which costs no limit.
   */
  const hasMoved = (pages: ReadonlyArray<Page<A>>) =>
    Effect.gen(function* () {
      const all = pages.flatMap(({ entries }) => entries.map(nameOf))
      if (new Set(all).size < all.length) return true
      for (const before of pages.slice(0, -1)) {
        if (before.next !== undefined && "after" in before.next) continue
        const now = yield* pageAt(before.asked)
        if (now === null || names(now) !== names(before)) return true
      }
      return false
    })

  const readWhole = (readings: number): Effect.Effect<ReadonlyArray<A> | null, GitHubUnavailable> =>
    Effect.flatMap(read, (pages) => {
      if (pages === null) return Effect.succeed(null)
      return Effect.flatMap(hasMoved(pages), (moved) => {
        if (!moved) return Effect.succeed(pages.flatMap(({ entries }) => entries))
        return readings > 1 ? readWhole(readings - 1) : fail(`it changed each of the ${READINGS} times while it was being read`)
      })
    })
  return readWhole(READINGS)
}
