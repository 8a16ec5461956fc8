/** Reads by calls of the contract's messages. Works with any code that has them, but takes a request for each issue or page. */
import { Array as Arrays, Effect } from "effect"
import { bitmapBytes } from "../../../contract-client/bitmap.ts"
import type { MessageArguments, MessageName, MessageReturn } from "../../../contract-client/generated.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { ReadError } from "./errors.ts"
import type { FoundRecords, Source, WantedIds } from "./Source.ts"

/** The most entries that the contract returns at once. */
const PAGE = 100
/** The most miners whose collateral one message returns. */
const MOST_MINERS = 256
const AT_ONCE = 8

type Ask = <Name extends MessageName>(
  name: Name,
  args: MessageArguments<Name>,
  at: BlockReference
) => Effect.Effect<MessageReturn<Name>, ReadError>

/** The first ids of the pages that cover these ids, which may have gaps. */
const pagesOf = (ids: ReadonlyArray<number>): ReadonlyArray<number> => {
  const pages: Array<number> = []
  for (const id of ids.toSorted((a, b) => a - b)) {
    const last = pages.at(-1)
    if (last === undefined || id >= last + PAGE) pages.push(id)
  }
  return pages
}

export const make = (ask: Ask): Source => {
  const more = Effect.fn("Contract.readByViews")(function* ({ issues, competitions }: WantedIds, at: BlockReference) {
    const [listed, played] = yield* Effect.all(
      [
        Effect.forEach(pagesOf(issues), (from) => ask("issues", { from, limit: PAGE, status: null }, at), { concurrency: AT_ONCE }),
        Effect.forEach(pagesOf(competitions), (from) => ask("competitions", { from, limit: PAGE }, at), { concurrency: AT_ONCE })
      ],
      { concurrency: 2 }
    )
    const [wantedIssues, wantedCompetitions] = [new Set(issues), new Set(competitions)]
    return {
      issues: listed.flat().filter(({ id }) => wantedIssues.has(id)),
      competitions: played.flat().filter(({ id }) => wantedCompetitions.has(id))
    } satisfies FoundRecords
  })

  const byIssue = <A>(issues: ReadonlyArray<number>, one: (issue: number) => Effect.Effect<A, ReadError>) =>
    Effect.forEach(issues, (issue) => Effect.map(one(issue), (value) => [issue, value] as const), { concurrency: AT_ONCE }).pipe(
      Effect.map((entries) => new Map(entries))
    )

  return {
    // Ignores the guess, because each page past the end would cost a request.
    head: (_guess, at) =>
      Effect.map(
        Effect.all([ask("config", {}, at), ask("validators", {}, at), ask("counts", {}, at)], { concurrency: 3 }),
        ([config, { validators }, { issues, competitions }]) => ({
          head: { config, validators, issueCount: issues, competitionCount: competitions },
          found: { issues: [], competitions: [] }
        })
      ),
    more,
    attestations: (issues, at) =>
      // Messages do not tell what was renewed.
      Effect.flatMap(ask("config", {}, at), ({ day }) =>
        byIssue(issues, (issue) =>
          Effect.map(ask("enrolled", { issue }, at), ({ attestations }) => attestations.map((one) => ({ ...one, until: one.at + day })))
        )
      ),
    attested: (issues, miners, at) =>
      Effect.all(
        [
          byIssue(issues, (issue) =>
            Effect.map(ask("enrolled", { issue }, at), ({ enrolled, skipped }) => ({
              enrolled: bitmapBytes(enrolled),
              skipped: bitmapBytes(skipped)
            }))
          ),
          Effect.forEach(Arrays.chunksOf(miners, MOST_MINERS), (page) =>
            ask("collateral", { miners: page.map(([hotkey, coldkey]) => [hotkey, coldkey] as const) }, at)
          )
        ],
        { concurrency: 2 }
      ).pipe(Effect.map(([majorities, collateral]) => ({ majorities, collateral: collateral.flat() }))),
    pairVotes: (issues, at) => byIssue(issues, (issue) => ask("ballotPair", { issue }, at)),
    outcomeVotes: (issues, at) => byIssue(issues, (issue) => ask("ballotOutcome", { issue }, at))
  }
}
