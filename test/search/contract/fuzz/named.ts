/** Resolves the numbers in steps to the accounts and records of a sequence. */
import type { CancelReason, Competitor, Setting } from "../../../../src/contract-client/generated.ts"
import type { Fault as ChainFault, Game } from "./game.ts"
import type { Fault, NamedSetting, TreasuryLie } from "./steps.ts"

/** The entry at an index, which must exist. */
export const at = <A>(list: ReadonlyArray<A>, index: number): A => {
  const found = list[index]
  if (found === undefined) throw new RangeError(`nothing at ${index}`)
  return found
}

/** The fault with its accounts resolved. */
export const faultOf = (game: Game, fault: Fault): ChainFault => {
  if (fault.kind !== "locked") return fault
  const { actors, contract } = game.table.stage
  const { treasuryColdkey, treasuryHotkey } = game.world.state.config
  const miner = actors.miners[fault.whose - 2]
  const account = miner?.coldkey ?? (fault.whose === 0 ? treasuryColdkey : contract)
  const hotkey = miner?.hotkey ?? treasuryHotkey
  const staked = game.stake(hotkey, account)
  return { kind: "locked", account, hotkey, amount: fault.part === "all" ? staked + 1n : staked / 2n + 1n }
}

/** The setting with its accounts resolved. */
export const settingOf = (game: Game, setting: NamedSetting): Setting => {
  switch (setting.name) {
    case "MinBounty":
    case "MaxBounty":
      return { _tag: setting.name, value: setting.value }
    case "RosterSigner":
      return { _tag: "RosterSigner", value: at(game.table.stage.actors.miners, setting.nth).hotkey }
    case "Treasury":
      return treasuryOf(game, setting.nth, setting.lie)
    default:
      return { _tag: setting.name, value: setting.value }
  }
}

/** A treasury, or a false claim about one. */
const treasuryOf = (game: Game, nth: number, lie: TreasuryLie): Setting => {
  const { actors, treasuries } = game.table.stage
  const honest = at(treasuries, nth)
  const other = at(treasuries, (nth + 1) % treasuries.length)
  switch (lie) {
    case "none":
      return { _tag: "Treasury", ...honest }
    case "ordinary coldkey":
      return { _tag: "Treasury", ...honest, coldkey: actors.stranger }
    case "another birth":
      return { _tag: "Treasury", ...honest, birth: { ...honest.birth, block: honest.birth.block + 1 } }
    case "another hotkey":
      return { _tag: "Treasury", ...honest, hotkey: other.hotkey }
  }
}

/** A cancellation reason, with a competitor if it needs one. */
export const reasonOf = (tag: CancelReason["_tag"], about: Pick<Competitor, "hotkey">): CancelReason =>
  tag === "SubmittedTooEarly" ? { _tag: tag, hotkey: about.hotkey } : { _tag: tag }
