/**
 * From every reachable state of the contract, a sequence of calls pays out all money, without the owner and whatever the chain refused before. The
 * chain works again, and the validators have their weight; nobody else has to help.
 */

import { Either, HashMap, Option } from "effect"
import { isSettingUp } from "../../../../lab/contract-model/State.ts"
import { takeSnapshot } from "../../../../lab/contract-model/weights.ts"
import { bookedOf } from "../../../../src/contract-client/books.ts"
import type { Issue, OutcomeChoice } from "../../../../src/contract-client/generated.ts"
import { waitOf } from "../../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import { COVER, DUST } from "../../../support/figures.ts"
import { turnDay } from "./acts.ts"
import type { Game } from "./game.ts"

/** Money that cannot be paid out. */
class MoneyStuck extends Error {}

const UNPLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

/** Pays out all money. Throws if some stays. */
export const letAllOut = (game: Game): void => {
  game.mend()
  restore(game)
  const decides = empower(game)
  for (let id = 1; id <= game.world.state.issueCount; id++) end(game, id, decides)
  withdrawAll(game)
  empty(game)
  expectNothing(game, decides)
}

/** The chain restores stake that its rounding lost. */
const restore = (game: Game): void => {
  const { config, contract } = game.world.state
  const missing = bookedOf(game.world.state) - game.stake(config.treasuryHotkey, contract)
  if (missing > 0n) game.changeStake(config.treasuryHotkey, contract, missing)
}

/** Gives every validator stake, for as many days as its weight needs. Returns whether anybody can decide: not if no validator has a coldkey. */
const empower = (game: Game): boolean => {
  for (const { coldkeys, hotkey } of game.world.state.validators) {
    const [coldkey] = coldkeys
    if (coldkey !== undefined) game.setStake(hotkey, coldkey, 1_000n * ALPHA)
  }
  for (let turn = 0; turn < 3; turn++) turnDay(game)
  removeDue(game)
  const weights = takeSnapshot(game.world.state, game.world.subnet)
  return Either.isRight(weights) && weights.right.total > 0n
}

/** Whose removal is due decides nothing until anybody applies it, or drops it where the others are against it. */
const removeDue = (game: Game): void => {
  const { stranger } = game.table.stage.actors
  for (const { appliesFrom, appliesUntil, id, what } of game.world.state.waiting) {
    if (what._tag !== "RemoveValidator" || game.block > appliesUntil) continue
    game.reach(appliesFrom)
    if (!game.send(stranger, "apply", { change: id })) game.send(stranger, "drop", { change: id })
  }
}

const issueOf = (game: Game, id: number): Issue => HashMap.unsafeGet(game.world.state.issues, id)

const competitionOf = (game: Game, { competition }: Issue) =>
  competition === null ? undefined : Option.getOrUndefined(HashMap.get(game.world.state.competitions, competition))

/** Lets all validators vote, and settles the issue after the wait. */
const decide = (game: Game, id: number, choice: OutcomeChoice): void => {
  const wait = waitOf(competitionOf(game, issueOf(game, id)), game.world.state.config)
  for (const { hotkey } of game.world.state.validators) game.send(hotkey, "voteOutcome", { issue: id, choice })
  game.reach(game.block + wait)
  game.send(game.table.stage.actors.stranger, "settle", { issue: id })
}

/** Ends a competition: by a decision for most ids, otherwise by expiry, where nothing was decided before. */
const endCompetition = (game: Game, id: number, decides: boolean): void => {
  const { stranger } = game.table.stage.actors
  const competition = competitionOf(game, issueOf(game, id))
  if (issueOf(game, id).status._tag !== "Competing" || competition === undefined) return
  if (id % 3 === 1 && decides) {
    game.reach(competition.deadline + 1)
    decide(game, id, { _tag: "Unsolved", slashA: true, slashB: id % 2 === 0 })
  }
  if (id % 3 === 2 && decides) decide(game, id, UNPLANNED)
  if (issueOf(game, id).status._tag !== "Competing") return
  game.reach(competition.outcomeUntil + 3 * waitOf(competition, game.world.state.config) + 1)
  if (!game.send(stranger, "settle", { issue: id })) game.send(stranger, "expire", { competition: competition.id })
}

const end = (game: Game, id: number, decides: boolean): void => {
  endCompetition(game, id, decides)
  if (issueOf(game, id).status._tag === "Solved") game.send(game.table.stage.actors.stranger, "payout", { issue: id })
  if (decides && !["Paid", "Cancelled"].includes(issueOf(game, id).status._tag)) decide(game, id, UNPLANNED)
}

/** Lets every miner withdraw its deposit. */
const withdrawAll = (game: Game): void => {
  for (const [key, { deposited }] of HashMap.entries(game.world.state.collaterals)) {
    const [hotkey = "", coldkey = ""] = key.split("/")
    // stakeKey joined these two
    if (deposited > 0n) game.send(coldkey as AccountAddress, "withdrawCollateral", { hotkey: hotkey as AccountAddress, amount: deposited })
  }
}

/** Harvests until nothing is left to do, and all free money has waited long enough to be recycled. */
const empty = (game: Game): void => {
  const { stranger } = game.table.stage.actors
  while (game.send(stranger, "harvest", {}));
  for (let turn = 0; turn < 2; turn++) {
    game.reach(game.world.state.agedAt + game.world.state.config.recycleAfter)
    game.send(stranger, "harvest", {})
  }
}

const expectNothing = (game: Game, decides: boolean): void => {
  const { aged, allocated, collateral, config, contract, fresh } = game.world.state
  const stays = {
    // Without validators, only the owner can cancel an issue without a competition.
    allocated: decides ? allocated : 0n,
    // During its set-up, the contract is not open to others yet.
    free: isSettingUp(game.world.state) ? 0n : fresh + aged,
    collateral,
    unbooked: game.stake(config.treasuryHotkey, contract) - bookedOf(game.world.state)
  }
  // The cover stays, and the dust of the last stake movements.
  const stuck = Object.entries(stays).filter(([, amount]) => amount < 0n || amount > COVER + DUST)
  if (stuck.length > 0) throw new MoneyStuck(`money is stuck: ${stuck.map(([name, amount]) => `${amount} ${name}`).join(", ")}`)
}
