/** What every answer of the stand-in's GraphQL is made of: to whom it is given, pages of lists, accounts, times. */
import { GraphQLError } from "graphql"
import { avatarOf, nodeId, type View } from "./bodies.ts"
import type { Pages } from "./Engine.ts"
import type { Caller, Standing } from "./limits.ts"
import * as State from "./State.ts"

/** Whom a query is answered to, from which state. */
export interface Context {
  readonly view: View
  readonly caller: Caller
  readonly standing: Standing
  /** Points of the query. */
  readonly cost: number
  readonly pages: Pages
}

export const iso = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
export const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

export const notFound = (what: string) => new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: "NOT_FOUND" } })

export interface Page {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

const MOST = 100

/** A page of a list; cursors are positions. GitHub wants `first` or `last`, at most 100. */
export const connection = <A, B>(context: Context, all: ReadonlyArray<A>, { first, last, after, before }: Page, node: (item: A) => B) => {
  const asked = first ?? last
  if (asked === null || asked === undefined) {
    throw new GraphQLError("You must provide a `first` or `last` value to properly paginate the connection.", {
      extensions: { type: "MISSING_PAGINATION_BOUNDARIES" }
    })
  }
  if (asked < 0 || asked > MOST) {
    throw new GraphQLError(`Requesting ${asked} records on the connection exceeds the \`first\` limit of ${MOST} records.`, {
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

export const actor = (context: Context, account: State.Account) => ({
  __typename: account.kind,
  id: nodeId(account.kind, account.id),
  databaseId: account.id,
  login: account.login,
  avatarUrl: avatarOf(context.view.base, account.id),
  url: `${context.view.base}/${account.login}`,
  createdAt: iso(account.createdAt)
})

/** null of an account that is gone. */
export const actorById = (context: Context, id: number) => {
  const account = State.accountOf(context.view.state, id)
  return account.deleted === true ? null : actor(context, account)
}

/** The other way round when the stand-in was told so. */
export const inOrder = <A>(context: Context, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  context.pages.reversed ? items.toReversed() : items
