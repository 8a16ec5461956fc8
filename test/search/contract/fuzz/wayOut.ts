/**
 * From every state that the contract can reach, a sequence of calls lets all money out, without the owner and whatever the chain refused before. The
 * chain is mended, the validators have their weight, and nobody else has to help.
 */
import { Either, HashMap, Option } from "effect"
import { isSettingUp } from "../../../../lab/contract-model/State.ts"
import { liveWeights } from "../../../../lab/contract-model/Turn.ts"
import { bookedOf } from "../../../../src/contract-client/books.ts"
import type { Issue, OutcomeChoice } from "../../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { COVER, DUST } from "../../../../src/domain/Collateral.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import type { Game } from "./game.ts"

/** Money that nobody can get out. */
class MoneyStuck extends Error {}

const UNPLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

/** Lets all money out. Throws when something stays. */
export const letAllOut = (game: Game): void => {
  game.mend()
  restore(game)
  const decides = empower(game)
  for (let id = 1; id <= game.world.state.issueCount; id++) end(game, id, decides)
  withdrawAll(game)
  empty(game)
  expectNothing(game, decides)
}

/** The chain makes up for stake that its rounding took. */
const restore = (game: Game): void => {
  const { config, contract } = game.world.state
  const missing = bookedOf(game.world.state) - game.stake(config.treasuryHotkey, contract)
  if (missing > 0n) game.changeStake(config.treasuryHotkey, contract, missing)
}

/** Gives every validator weight. Returns whether there is anybody to decide: not with an empty whitelist, or one that names no coldkeys. */
const empower = (game: Game): boolean => {
  for (const { coldkeys, hotkey } of game.world.state.validators) {
    const [coldkey] = coldkeys
    if (coldkey !== undefined) game.setStake(hotkey, coldkey, 1_000n * ALPHA)
  }
  const weights = liveWeights(game.world.state, game.world.subnet)
  return Either.isRight(weights) && weights.right.total > 0n
}

const issueOf = (game: Game, id: number): Issue => HashMap.unsafeGet(game.world.state.issues, id)

const competitionOf = (game: Game, { competition }: Issue) =>
  competition === null ? undefined : Option.getOrUndefined(HashMap.get(game.world.state.competitions, competition))

/** Lets the validators vote until the issue's standing changes. */
const vote = (game: Game, id: number, choice: OutcomeChoice): void => {
  const before = issueOf(game, id)
  for (const { hotkey } of game.world.state.validators) {
    if (issueOf(game, id) !== before) return
    game.send(hotkey, "voteOutcome", { issue: id, choice })
  }
}

/** Carries out what was decided on an issue, if anything, after its wait. */
const carryOut = (game: Game, id: number): void => {
  const { waiting } = issueOf(game, id)
  if (waiting === null) return
  game.reach(waiting.from)
  game.send(game.table.stage.actors.stranger, "finish", { issue: id })
}

/** Ends a competition: by a decision for most ids while one may be voted, or else by its expiry. */
const endCompetition = (game: Game, id: number, decides: boolean): void => {
  const competition = competitionOf(game, issueOf(game, id))
  if (issueOf(game, id).status._tag !== "Competing" || competition === undefined) return
  if (id % 3 > 0 && decides) {
    if (id % 3 === 1) game.reach(competition.deadline + 1)
    vote(game, id, id % 3 === 1 ? { _tag: "Unsolved" } : UNPLANNED)
    carryOut(game, id)
  }
  if (issueOf(game, id).status._tag !== "Competing") return
  game.reach(competition.outcomeUntil + 1)
  game.send(game.table.stage.actors.stranger, "expire", { competition: competition.id })
}

/** Ends an issue, in another way for each id. */
const end = (game: Game, id: number, decides: boolean): void => {
  carryOut(game, id)
  endCompetition(game, id, decides)
  const { payableAt, status } = issueOf(game, id)
  if (status._tag === "Solved") {
    game.reach(payableAt ?? 0)
    if (id % 2 === 0 && decides) vote(game, id, { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } })
    else game.send(game.table.stage.actors.stranger, "payout", { issue: id })
    carryOut(game, id)
  }
  if (decides && !["Paid", "Cancelled"].includes(issueOf(game, id).status._tag)) vote(game, id, UNPLANNED)
  carryOut(game, id)
}

/** Lets every miner withdraw what it deposited. */
const withdrawAll = (game: Game): void => {
  for (const [key, { deposited }] of HashMap.entries(game.world.state.collaterals)) {
    const [hotkey = "", coldkey = ""] = key.split("/")
    // stakeKey put these two together
    if (deposited > 0n) game.send(coldkey as AccountAddress, "withdrawCollateral", { hotkey: hotkey as AccountAddress, amount: deposited })
  }
}

/** Harvests and recycles until there is nothing left to do. */
const empty = (game: Game): void => {
  const { stranger } = game.table.stage.actors
  while (game.send(stranger, "harvest", {}));
  if (game.world.state.toRecycle > DUST) game.send(stranger, "recycle", {})
}

const expectNothing = (game: Game, decides: boolean): void => {
  const { allocated, collateral, config, contract, toRecycle, unallocated } = game.world.state
  const stays = {
    // Without validators, nobody but the owner can cancel an issue that nobody competes for.
    allocated: decides ? allocated : 0n,
    // While the contract is set up, the owner has not opened it to anybody yet.
    unallocated: isSettingUp(game.world.state) ? 0n : unallocated,
    collateral,
    toRecycle,
    unbooked: game.stake(config.treasuryHotkey, contract) - bookedOf(game.world.state)
  }
  // The cover stays, and the dust of the last movements.
  const stuck = Object.entries(stays).filter(([, amount]) => amount < 0n || amount > COVER + DUST)
  if (stuck.length > 0) throw new MoneyStuck(`money is stuck: ${stuck.map(([name, amount]) => `${amount} ${name}`).join(", ")}`)
}
