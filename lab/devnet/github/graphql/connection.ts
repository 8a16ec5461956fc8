/** Pages of GraphQL lists. */
import { GraphQLError } from "graphql"
import type { Context } from "./Context.ts"

export interface Page {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

const LARGEST_PAGE = 100

/** A page of a list. Cursors are indexes. Like GitHub, requires `first` or `last`, at most 100. */
export const connection = <A, B>(context: Context, all: ReadonlyArray<A>, { first, last, after, before }: Page, node: (item: A) => B) => {
  const asked = first ?? last
  if (asked === null || asked === undefined) {
    throw new GraphQLError("You must provide a `first` or `last` value to properly paginate the connection.", {
      extensions: { type: "MISSING_PAGINATION_BOUNDARIES" }
    })
  }
  if (asked < 0 || asked > LARGEST_PAGE) {
    throw new GraphQLError(`Requesting ${asked} records on the connection exceeds the \`first\` limit of ${LARGEST_PAGE} records.`, {
      extensions: { type: "EXCESSIVE_PAGINATION" }
    })
  }
  const wanted = Math.min(asked, context.pages.most)
  const position = (cursor: string) => Number(Buffer.from(cursor, "base64url").toString("utf8").replace("cursor:", ""))
  const cursor = (index: number) => Buffer.from(`cursor:${index}`).toString("base64url")
  const low = after === null || after === undefined ? 0 : position(after) + 1
  const high = before === null || before === undefined ? all.length : position(before)
  const start = first === null || first === undefined ? Math.max(low, high - wanted) : low
  const end = Math.min(high, start + wanted)
  return {
    totalCount: all.length,
    nodes: all.slice(start, end).map(node),
    pageInfo: {
      startCursor: end > start ? cursor(start) : null,
      endCursor: end > start ? cursor(end - 1) : null,
      hasPreviousPage: start > 0,
      hasNextPage: end < all.length
    }
  }
}

/** Reversed if the stand-in is set to reverse linked items. */
export const inOrder = <A>(context: Context, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  context.pages.reversed ? items.toReversed() : items
