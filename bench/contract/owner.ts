/** Measures the owner's changes: during the set-up, and then announced, vetoed and applied. */
import { Effect } from "effect"
import type { Setting } from "../../src/contract-client/generated.ts"
import { account, type BenchChain, message, OWNER } from "./chain.ts"
import { allSettings, DAY, type Measuring, MOST_VALIDATORS, OWNER_DELAY, row, STRANGER, setting, validatorOf } from "./Measuring.ts"
import { BOUNTY, LONGEST_REPOSITORY } from "./scale.ts"

const MOST_CHANGES = 16
const ADDING = "add_validator, in the set-up"

const treasurySetting = ({ otherTreasury }: BenchChain): Setting => ({
  _tag: "Treasury",
  hotkey: otherTreasury.treasuryHotkey,
  coldkey: otherTreasury.treasuryColdkey,
  birth: otherTreasury.treasuryBirth
})

/** Changes that apply at once during the set-up. */
export const setUp = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    yield* row(on, "set_config, all settings, in the set-up", OWNER, "setConfig", { settings: allSettings })
    yield* row(on, "set_config, another treasury, in the set-up", OWNER, "setConfig", { settings: [treasurySetting(chain)] })
    yield* row(on, "set_code, in the set-up", OWNER, "setCode", { codeHash: chain.otherCode })
    yield* row(on, "propose_owner, in the set-up", OWNER, "proposeOwner", { owner: yield* account(STRANGER) })
    const hotkey = yield* account(validators[0] ?? "")
    yield* row(on, "remove_validator, in the set-up", OWNER, "removeValidator", { hotkey })
    if (validators.length < MOST_VALIDATORS) yield* row(on, ADDING, OWNER, "addValidator", yield* validatorOf("//Voter1"))
  })

/** Ends the set-up: from now on changes must be announced, bounties are filled and competitions start. */
export const beginService = (chain: BenchChain) => setting(chain, { _tag: "OwnerDelay", value: OWNER_DELAY })

/** Announces, vetoes, drops, withdraws and applies changes while the list of pending changes is full. */
export const changes = (on: Measuring) =>
  Effect.gen(function* () {
    const { chain, validators } = on
    const half = Math.floor(validators.length / 2)
    const last = validators[validators.length - 1] ?? ""
    const [first = last] = validators
    const hotkey = yield* account(first)
    const removal = message(OWNER, "removeValidator", { hotkey })
    const { issues } = yield* chain.stored("counts", {})
    const cancel = { id: issues, reason: { _tag: "NotPlanned" } } as const
    const edit = { id: issues - 1, repository: LONGEST_REPOSITORY, number: on.freeNumber + 999, bounty: 2n * BOUNTY }
    yield* chain.tell([
      message(OWNER, "setConfig", { settings: allSettings }),
      message(OWNER, "setConfig", { settings: [treasurySetting(chain)] }),
      message(OWNER, "setCode", { codeHash: chain.otherCode }),
      message(OWNER, "proposeOwner", { owner: yield* account(STRANGER) }),
      removal,
      message(OWNER, "cancelIssue", cancel),
      message(OWNER, "editIssue", edit)
    ])
    const config = (yield* chain.stored("announced", {}))[0]?.change ?? 0
    yield* chain.tell(Array.from({ length: 8 }, () => message(OWNER, "setConfig", { settings: allSettings })))
    yield* row(on, "set_config, all settings, the 16th waiting", OWNER, "setConfig", { settings: allSettings })
    yield* row(on, "remove_validator, the 16th waiting", OWNER, "removeValidator", { hotkey })
    yield* row(on, "cancel_issue, the 16th waiting", OWNER, "cancelIssue", cancel)
    yield* row(on, "edit_issue, the 16th waiting", OWNER, "editIssue", edit)
    yield* chain.tell([message(OWNER, "setConfig", { settings: allSettings })])
    if (half > 0) yield* row(on, "veto, the first", first, "veto", { change: config })
    yield* chain.tell(validators.slice(0, half).map((who) => message(who, "veto", { change: config })))
    yield* chain.toBlock(chain.block() + DAY)
    yield* row(on, "veto, the last", last, "veto", { change: config })
    yield* chain.tell([message(last, "veto", { change: config })])
    yield* row(on, "drop", STRANGER, "drop", { change: config })
    yield* row(on, "withdraw_veto", last, "withdrawVeto", { change: config })
    yield* chain.tell([message(last, "withdrawVeto", { change: config })])
    yield* row(on, "withdraw_change", OWNER, "withdrawChange", { change: config })
    // The last two changes also count all validators' votes.
    const issueChanges = [config + 5, config + 6]
    yield* chain.tell(issueChanges.flatMap((change) => validators.slice(0, half).map((who) => message(who, "veto", { change }))))
    yield* chain.toBlock(chain.block() + OWNER_DELAY)
    const kinds = ["all settings", "another treasury", "code", "owner", "a validator less", "an issue cancelled", "an issue edited"]
    for (const [index, kind] of kinds.entries()) yield* row(on, `apply, ${kind}`, STRANGER, "apply", { change: config + index })
    yield* chain.tell([message(STRANGER, "apply", { change: config + 3 })])
    yield* row(on, "accept_ownership, withdraws 15 changes", STRANGER, "acceptOwnership", {})
    yield* row(on, "withdraw_offer", OWNER, "withdrawOffer", {})
    const waiting = yield* chain.stored("announced", {})
    yield* chain.tell(waiting.map(({ change }) => message(OWNER, "withdrawChange", { change })))
  })

/** Adds validators to the whitelist, during the set-up or later. */
const enlist = (chain: BenchChain, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    for (let at = 0; at < validators.length; at += MOST_CHANGES) {
      const some = yield* Effect.forEach(validators.slice(at, at + MOST_CHANGES), validatorOf)
      yield* chain.tell(some.map((validator) => message(OWNER, "addValidator", validator)))
      const waiting = yield* chain.stored("announced", {})
      if (waiting.length === 0) continue
      yield* chain.toBlock(chain.block() + OWNER_DELAY)
      yield* chain.tell(waiting.map(({ change }) => message(STRANGER, "apply", { change })))
    }
  })

/** Fills the whitelist and measures the last addition. */
export const fillWhitelist = (on: Measuring, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { chain } = on
    yield* enlist(chain, validators.slice(0, -1))
    const last = yield* validatorOf(validators[validators.length - 1] ?? "")
    if ((yield* chain.read("config", {})).ownerDelay === 0) yield* row(on, ADDING, OWNER, "addValidator", last)
    yield* chain.tell([message(OWNER, "addValidator", last)])
    const [waiting] = yield* chain.stored("announced", {})
    if (waiting === undefined) return
    yield* chain.toBlock(waiting.appliesFrom)
    yield* row(on, "apply, another validator", STRANGER, "apply", { change: waiting.change })
    yield* chain.tell([message(STRANGER, "apply", { change: waiting.change })])
  })

/** Removes validators from the whitelist during the set-up. */
export const dismiss = (chain: BenchChain, validators: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const hotkeys = yield* Effect.forEach(validators, account)
    yield* chain.tell(hotkeys.map((hotkey) => message(OWNER, "removeValidator", { hotkey })))
  })
