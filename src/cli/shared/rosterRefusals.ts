/** The repositories whose people told the subnet's owner that they want no bounties, as the roster in force has them. */
import { Effect, Option } from "effect"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { refusedAt } from "../../domain/Roster.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { committedRosterAt } from "../../layers/chain/roster/committedRoster.ts"
import { type RosterSource, rosterAt } from "./rosterSource.ts"

/** Without a source, the built-in roster, unless the chain names another. */
export const rosterRefusals = Effect.fn("rosterRefusals")(function* (source: Option.Option<RosterSource>) {
  const chain = yield* Chain
  const head = yield* chain.finalisedHead
  if (Option.isNone(source)) {
    const { committed } = yield* committedRosterAt(head)
    if (committed !== undefined)
      return yield* new OperationFailed({
        message: `the roster's signer has published version ${committed.version}, which may list repositories that refuse bounties: give it with --roster, as a file or as addresses that serve it`
      })
  }
  const roster = Option.isNone(source) ? defaultRoster : yield* rosterAt(source.value, head)
  return refusedAt(roster, yield* chain.timeAt(head.hash))
})
