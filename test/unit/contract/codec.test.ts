import { describe, expect, it } from "@effect/vitest"
import { Either, Option } from "effect"
import { contractCodec as codec } from "../../../src/contract-client/artifact.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"

const ALICE = AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
const ALICE_HEX = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
const BOB = AccountAddress.make("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")
const BOB_HEX = "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"))

describe("calls in blocks", () => {
  const call = (hex: string) => codec.decodeCall("message", bytes(hex.slice(2)))

  it("decode to the message and its arguments", () => {
    const choice = { _tag: "Solved", hotkey: ALICE, pullRequest: 57 } as const
    expect(call(codec.encodeMessage("voteOutcome", { issue: 1, choice }))).toStrictEqual(
      Either.right(Option.some({ label: "vote_outcome", arguments: { issue: 1, choice } }))
    )
    const issue = { repository: "o/r", number: 42, bounty: 18_446_744_073_709_551_615n }
    expect(call(codec.encodeMessage("registerIssue", issue))).toStrictEqual(
      Either.right(Option.some({ label: "register_issue", arguments: issue }))
    )
  })

  it("decode to nothing for an unknown selector, and fail on missing or extra bytes", () => {
    for (const hex of ["0x", "0xdeadbeef", "0x5c05"]) expect(call(hex)).toStrictEqual(Either.right(Option.none()))
    const good = codec.encodeMessage("registerIssue", { repository: "o/r", number: 42, bounty: 1n })
    for (const hex of [good.slice(0, -2), `${good}00`]) expect(Either.isLeft(call(hex))).toBe(true)
  })
})

describe("messages", () => {
  it("encode scalars and text after the selector, without a length prefix", () => {
    expect(codec.encodeMessage("registerIssue", { repository: "o/r", number: 42, bounty: 100_000_000_000n })).toBe(
      `0x5c056a24${"0c"}${Buffer.from("o/r").toString("hex")}${"2a000000"}${"00e8764817000000"}`
    )
  })

  it("encode structs field by field, and bitmaps unchanged", () => {
    const enrolled = `0x${"01".repeat(32)}`
    const data = codec.encodeMessage("attestEnrolled", { issue: 1, round: 2, enrolled, skipped: `0x${"00".repeat(32)}` })
    expect(data.slice(10)).toBe(`0100000002000000${"01".repeat(32)}${"00".repeat(32)}`)
    const pair = codec.encodeMessage("votePair", {
      issue: 1,
      round: 2,
      a: { uid: 5, hotkey: ALICE, coldkey: BOB },
      b: { uid: 6, hotkey: BOB, coldkey: ALICE }
    })
    expect(pair.slice(10)).toBe(`01000000020000000500${ALICE_HEX}${BOB_HEX}0600${BOB_HEX}${ALICE_HEX}`)
  })

  it("encode variants with fields, without fields and nested", () => {
    const of = (choice: Parameters<typeof codec.encodeMessage<"voteOutcome">>[1]["choice"]) =>
      codec.encodeMessage("voteOutcome", { issue: 1, choice }).slice(10)
    expect(of({ _tag: "Solved", hotkey: ALICE, pullRequest: 57 })).toBe(`0100000000${ALICE_HEX}39000000`)
    expect(of({ _tag: "Cancelled", reason: { _tag: "SolvedOutside" } })).toBe("010000000106")
    expect(of({ _tag: "Cancelled", reason: { _tag: "SubmittedTooEarly", hotkey: BOB } })).toBe(`010000000107${BOB_HEX}`)
  })

  it("encode the constructor's settings in the order of the contract", () => {
    const data = codec.encodeConstructor({
      config: {
        netuid: 74,
        devChain: true,
        day: 17,
        treasuryHotkey: ALICE,
        treasuryColdkey: BOB,
        treasuryBirth: { spawner: ALICE, block: 12, extrinsic: 13, proxyType: 14, index: 15, salt: `0x${"16".repeat(32)}` },
        minBounty: 10_000_000_000n,
        maxBounty: 20_000_000_000n,
        submissionWindow: 1,
        competitionLength: 2,
        outcomeGrace: 3,
        challengePeriod: 4,
        roundLength: 5,
        attestBlocks: 6,
        quorumBps: 5001,
        maxCompetitionsPerMiner: 7,
        collateralBps: 8,
        slashBps: 9,
        harvestStep: 10,
        recycleAfter: 18,
        ownerDelay: 11,
        rosterSigner: BOB,
        rosterSignerSince: 12
      }
    })
    expect(data).toBe(
      `0x9bae9d5e4a000111000000${ALICE_HEX}${BOB_HEX}${ALICE_HEX}0c0000000d0000000e0f00${"16".repeat(32)}00e40b540200000000c817a804000000${"01000000"}0200000003000000040000000500000006000000891307000000080009000a000000120000000b000000${BOB_HEX}0c000000`
    )
  })
})

describe("answers", () => {
  it("decode to the value of a message that can refuse", () => {
    expect(codec.decodeAnswer("registerIssue", bytes("00 00 07000000"))).toEqual(Either.right(7))
    expect(codec.decodeAnswer("harvest", bytes("00 00"))).toEqual(Either.right(null))
  })

  it("name a refusal with its details and explain it", () => {
    const answer = codec.decodeAnswer("registerIssue", bytes("00 01 0c 00e40b5402000000"))
    const refusal = Option.getOrThrow(Either.getLeft(answer))
    expect(refusal).toMatchObject({ _tag: "ContractRefusal", error: { _tag: "BountyTooSmall", minimum: 10_000_000_000n } })
    expect(refusal.message).toBe(
      "the contract refused register_issue: The bounty is under the minimum. (BountyTooSmall, minimum 10000000000)"
    )
  })

  it("name the chain extension's code within a refusal", () => {
    const refusal = Option.getOrThrow(Either.getLeft(codec.decodeAnswer("payout", bytes("00 01 28 05"))))
    expect(refusal).toMatchObject({ error: { _tag: "Subtensor", value: { _tag: "NotEnoughStakeToWithdraw" } } })
    expect(refusal.message).toContain("NotEnoughStakeToWithdraw")
  })

  it("decode the values of views: none and some", () => {
    expect(codec.decodeAnswer("ask", bytes("00 00"))).toEqual(Either.right(null))
    expect(codec.decodeAnswer("ask", bytes("00 01 01"))).toEqual(Either.right(true))
  })

  it("decode a list of structs with accounts", () => {
    const amounts = [7, 6, 5, 4, 9].map((amount) => `0${amount}00000000000000`)
    const [before, day, since, weight, total] = amounts
    const electorate = `00 00 04 ${ALICE_HEX} 04 ${BOB_HEX} ${before}${day}${since} ${weight} ${total} 2a000000`
    expect(codec.decodeAnswer("validators", bytes(electorate))).toEqual(
      Either.right({
        validators: [{ hotkey: ALICE, coldkeys: [BOB], noted: { before: 7n, day: 6n, since: 5n }, weight: 4n }],
        total: 9n,
        turnedAt: 42
      })
    )
  })

  it("fail on bytes that are no answer of this contract", () => {
    for (const hex of ["", "00", "01 01", "00 01 ff", "07"]) {
      expect(Option.getOrThrow(Either.getLeft(codec.decodeAnswer("registerIssue", bytes(hex))))._tag).toBe("UnreadableContractData")
    }
  })

  it("distinguish a successful instantiation from a refused one", () => {
    expect(codec.decodeCreation(bytes("00 00"))).toEqual(Either.right(null))
    expect(Option.getOrThrow(Either.getLeft(codec.decodeCreation(bytes("00 01 09 09"))))).toMatchObject({
      error: { _tag: "ConfigOutOfBounds", value: { _tag: "QuorumBps" } }
    })
  })
})

describe("events", () => {
  const WON = "0x7472f3a3a5c796ecf9c3e948e4fccf2979d3d7c82d89018181397c35523e7428"
  it("are identified by their first topic", () => {
    expect(codec.decodeEvent(bytes(`02000000 01000000 ${ALICE_HEX} 01 39000000`), [WON])).toEqual(
      Either.right(Option.some({ _tag: "CompetitionWon", competition: 2, issue: 1, hotkey: ALICE, winner: 1, pullRequest: 57 }))
    )
  })

  it("of other editions are read as far as they go: what is behind the last field is left out", () => {
    const event = codec.decodeEvent(bytes(`02000000 01000000 ${ALICE_HEX} 01 39000000`), [WON])
    expect(codec.decodeEvent(bytes(`02000000 01000000 ${ALICE_HEX} 01 39000000 0700`), [WON])).toEqual(event)
    expect(Either.isLeft(codec.decodeEvent(bytes(`02000000 01000000 ${ALICE_HEX} 01`), [WON]))).toBe(true)
  })

  it("decode to none for a foreign event, and are named if their data is truncated", () => {
    expect(codec.decodeEvent(bytes("00"), [`0x${"11".repeat(32)}`])).toEqual(Either.right(Option.none()))
    expect(codec.decodeEvent(bytes("00"), [])).toEqual(Either.right(Option.none()))
    expect(Option.getOrThrow(Either.getLeft(codec.decodeEvent(bytes("0200"), [WON])))._tag).toBe("UnreadableContractData")
  })
})
