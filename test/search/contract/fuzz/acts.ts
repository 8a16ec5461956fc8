/** Actions shared by several steps. */
import { pendingOf } from "../../../../lab/contract-model/changes.ts"
import { collateralOf } from "../../../../lab/contract-model/collateral.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { shareOfAmount } from "../../../../src/domain/Collateral.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import type { Game } from "./game.ts"
import { at } from "./named.ts"
import { crowd } from "./stage.ts"
import type { PlainStep } from "./steps.ts"

/** Fills the whitelist completely. */
export const addCrowd = (game: Game): void => {
  for (const hotkey of crowd) {
    if (!announce(game, () => game.send(game.world.state.owner, "addValidator", { hotkey, coldkeys: [hotkey] }))) return
  }
}

/** The owner announces a change, which is applied as soon as possible. Returns whether it was accepted. */
export const announce = (game: Game, send: () => boolean): boolean => {
  if (!send()) return false
  const announced = pendingOf(game.world.state).find(({ id }) => id === game.world.state.changeCount)
  if (announced === undefined) return true
  game.reach(announced.appliesFrom)
  return game.send(game.table.stage.actors.stranger, "apply", { change: announced.id })
}

/** Deposits the missing collateral for a competition with this bounty. */
export const insure = (game: Game, hotkey: AccountAddress, coldkey: AccountAddress, bounty: bigint): void => {
  const { deposited, locked } = collateralOf(game.world.state, { hotkey, coldkey })
  const missing = shareOfAmount(bounty, game.world.state.config.collateralBps) - (deposited - locked)
  if (missing > 0n) game.send(coldkey, "depositCollateral", { hotkey, amount: missing })
}

/** Turns the contract's day, at the first possible block. */
export const turnDay = (game: Game): boolean => {
  const { config, turnedAt } = game.world.state
  game.reach(turnedAt + config.day)
  return game.send(game.table.stage.actors.stranger, "noteWeights", {})
}

type Loan = Extract<PlainStep, { readonly do: "lend" }>

/** Plays while a validator borrows stake, possibly from the others. Afterwards everybody has the previous stake again. */
export const lend = (game: Game, { acts, alpha, over, taken, to }: Loan, play: (act: Loan["acts"][number]) => void): void => {
  const { validators } = game.table.stage.actors
  const before = validators.flatMap(({ coldkeys, hotkey }) =>
    coldkeys.map((coldkey) => ({ coldkey, hotkey, had: game.stake(hotkey, coldkey) }))
  )
  const borrower = at(validators, to)
  if (taken)
    for (const { coldkey, had, hotkey } of before) if (hotkey !== borrower.hotkey && had > 0n) game.changeStake(hotkey, coldkey, -had)
  game.changeStake(borrower.hotkey, at(borrower.coldkeys, 0), alpha * ALPHA)
  for (const act of acts) play(act)
  game.reach(game.block + over)
  for (const { coldkey, had, hotkey } of before) {
    const back = had - game.stake(hotkey, coldkey)
    if (back !== 0n) game.changeStake(hotkey, coldkey, back)
  }
}
