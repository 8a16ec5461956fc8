/** What several steps do. */
import { collateralOf } from "../../../../lab/contract-model/collateral.ts"
import type { AccountAddress } from "../../../../src/domain/Account.ts"
import { share } from "../../../../src/domain/Collateral.ts"
import { ALPHA } from "../../../support/contract/settings.ts"
import type { Game } from "./game.ts"
import { at } from "./named.ts"
import { crowd } from "./stage.ts"
import type { PlainStep } from "./steps.ts"

/** Fills the whitelist as far as it goes. */
export const addCrowd = (game: Game): void => {
  for (const hotkey of crowd) {
    if (!announce(game, () => game.send(game.world.state.owner, "addValidator", { hotkey, coldkeys: [hotkey] }))) return
  }
}

/** Lets the owner announce a change, and applies it as soon as that is possible. Returns whether it was accepted. */
export const announce = (game: Game, send: () => boolean): boolean => {
  if (!send()) return false
  const announced = game.world.state.waiting.at(-1)
  if (announced === undefined || announced.id !== game.world.state.changeCount) return true
  game.reach(announced.appliesFrom)
  return game.send(game.table.stage.actors.stranger, "apply", { change: announced.id })
}

/** Deposits the collateral that a competition for this bounty requires and that is missing. */
export const insure = (game: Game, hotkey: AccountAddress, coldkey: AccountAddress, bounty: bigint): void => {
  const { deposited, locked } = collateralOf(game.world.state, { hotkey, coldkey })
  const missing = share(bounty, game.world.state.config.collateralBps) - (deposited - locked)
  if (missing > 0n) game.send(coldkey, "depositCollateral", { hotkey, amount: missing })
}

/** Lets the day turn, at the first block in which it may. */
export const turnDay = (game: Game): boolean => {
  const { config, turnedAt } = game.world.state
  game.reach(turnedAt + config.day)
  return game.send(game.table.stage.actors.stranger, "noteWeights", {})
}

type Loan = Extract<PlainStep, { readonly do: "lend" }>

/** Plays while stake is lent to a validator, which may be the others' own. Everybody has the stake from before afterwards. */
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
