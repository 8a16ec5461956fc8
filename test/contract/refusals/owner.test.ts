/** The real contract's refusals about its whitelist and owner, and its constructor's about settings. Each names its error and changes no byte. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ROUND } from "../../support/contract/settings.ts"
import { changed } from "../../support/contract/steps.ts"

const [VALIDATOR] = VALIDATORS
const whitelisted = account(VALIDATOR)
const other = account("//Other")

describe("the real contract: whitelist and owner", () => {
  refuses("addValidator", "a full whitelist", (chain) =>
    Effect.gen(function* () {
      for (let index = VALIDATORS.length; index < 64; index++) {
        yield* changed(chain, "addValidator", { hotkey: yield* account(`//Hot${index}`), coldkeys: [] })
      }
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey: yield* other, coldkeys: [] }), { _tag: "ValidatorsFull" })
      yield* changed(chain, "removeValidator", { hotkey: yield* whitelisted })
      yield* changed(chain, "addValidator", { hotkey: yield* other, coldkeys: [] })
    })
  )

  refuses("addValidator", "a duplicate", (chain) =>
    Effect.gen(function* () {
      const [hotkey, coldkey] = [yield* whitelisted, yield* other]
      for (const coldkeys of [[], [coldkey]]) {
        equal(yield* chain.refused(OWNER, "addValidator", { hotkey, coldkeys }), { _tag: "DuplicateValidator", hotkey })
      }
    })
  )

  refuses("addValidator", "five coldkeys", (chain) =>
    Effect.gen(function* () {
      const coldkeys = yield* Effect.forEach([1, 2, 3, 4, 5], (index) => account(`//Cold${index}`))
      const hotkey = yield* other
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey, coldkeys }), { _tag: "TooManyColdkeys" })
      yield* changed(chain, "addValidator", { hotkey, coldkeys: coldkeys.slice(1) })
    })
  )

  refuses("addValidator", "the same coldkey twice", (chain) =>
    Effect.gen(function* () {
      const [hotkey, coldkey] = [yield* other, yield* account("//Another")]
      equal(yield* chain.refused(OWNER, "addValidator", { hotkey, coldkeys: [hotkey, coldkey, hotkey] }), {
        _tag: "DuplicateColdkey",
        coldkey: hotkey
      })
    })
  )

  refuses("addValidator", "a coldkey whose stake is the bounties' money", (chain) =>
    Effect.gen(function* () {
      const hotkey = yield* other
      for (const coldkey of [chain.contract, chain.treasuryColdkey]) {
        equal(yield* chain.refused(OWNER, "addValidator", { hotkey, coldkeys: [hotkey, coldkey] }), { _tag: "TreasuryCannotVote" })
      }
    })
  )

  refuses("addValidator", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      const args = { hotkey: yield* other, coldkeys: [] }
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "addValidator", args), { _tag: "NotOwner" })
    })
  )

  refuses("removeValidator", "an unknown validator", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "removeValidator", { hotkey: yield* other }), { _tag: "UnknownValidator", hotkey: yield* other })
      yield* changed(chain, "removeValidator", { hotkey: yield* whitelisted })
      equal(yield* chain.refused(OWNER, "removeValidator", { hotkey: yield* whitelisted }), {
        _tag: "UnknownValidator",
        hotkey: yield* whitelisted
      })
    })
  )

  refuses("removeValidator", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      const hotkey = yield* whitelisted
      for (const who of [STRANGER, VALIDATOR]) equal(yield* chain.refused(who, "removeValidator", { hotkey }), { _tag: "NotOwner" })
    })
  )

  refuses("proposeOwner", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      for (const who of [STRANGER, VALIDATOR]) {
        equal(yield* chain.refused(who, "proposeOwner", { owner: yield* account(who) }), { _tag: "NotOwner" })
      }
    })
  )

  refuses("acceptOwnership", "an offer that has lapsed", (chain) =>
    Effect.gen(function* () {
      const charlie = "//Charlie"
      yield* changed(chain, "proposeOwner", { owner: yield* account(charlie) })
      const until = (yield* chain.stored("offer", {}))?.until ?? 0
      assert.strictEqual(until, (yield* chain.block) + 14_400)
      yield* chain.toBlock(until + 1)
      equal(yield* chain.refused(charlie, "acceptOwnership", {}), { _tag: "OfferLapsed", until })
    })
  )

  refuses("withdrawOffer", "when there is none", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(OWNER, "withdrawOffer", {}), { _tag: "NoOffer" })
      yield* changed(chain, "proposeOwner", { owner: yield* account("//Charlie") })
      yield* chain.ok(OWNER, "withdrawOffer", {})
      equal(yield* chain.refused("//Charlie", "acceptOwnership", {}), { _tag: "NotProposedOwner" })
      equal(yield* chain.refused(OWNER, "withdrawOffer", {}), { _tag: "NoOffer" })
    })
  )

  refuses("withdrawOffer", "whoever is not the owner", (chain) =>
    Effect.gen(function* () {
      yield* changed(chain, "proposeOwner", { owner: yield* account("//Charlie") })
      for (const who of ["//Charlie", VALIDATOR]) equal(yield* chain.refused(who, "withdrawOffer", {}), { _tag: "NotOwner" })
    })
  )

  refuses("acceptOwnership", "whoever was not proposed", (chain) =>
    Effect.gen(function* () {
      const [charlie, dave] = ["//Charlie", "//Dave"]
      equal(yield* chain.refused(charlie, "acceptOwnership", {}), { _tag: "NotProposedOwner" })
      for (const next of [charlie, dave]) yield* changed(chain, "proposeOwner", { owner: yield* account(next) })
      for (const who of [charlie, OWNER]) equal(yield* chain.refused(who, "acceptOwnership", {}), { _tag: "NotProposedOwner" })
      yield* chain.ok(dave, "acceptOwnership", {})
      equal(yield* chain.refused(dave, "acceptOwnership", {}), { _tag: "NotProposedOwner" })
    })
  )
})

describe("the real contract's constructor", () => {
  it.scopedLive("new refuses settings out of bounds", () =>
    Effect.gen(function* () {
      for (const settings of [{ quorumBps: 5_000 }, { attestBlocks: ROUND }, { submissionWindow: 40 }, { harvestStep: 0 }]) {
        const created = yield* Effect.either(world(settings))
        assert.include(Either.isLeft(created) ? created.left.message : "it was created", "ContractReverted")
      }
    })
  )
})
