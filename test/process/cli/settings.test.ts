/** The contract's settings in readable form; the bounds that the commands state are those of the contract. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { devAccounts } from "../../../lab/devnet/chain/genesis.ts"
import { settingsTable } from "../../../src/cli/owner/settingsTable.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { formatPeriod, parsePeriod } from "../../../src/domain/Blocks.ts"
import { tryInstantiate } from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import {
  type ContractSettings,
  defaultSettings,
  parseAssignment,
  parseSetting,
  type SettingName,
  settingNames,
  settingRules,
  showSetting
} from "../../../src/roles/owner/settings.ts"
import { keyOf, NETUID, startChain } from "../../support/cli/support.ts"

const SIGNER = AccountAddress.make(devAccounts["//SubnetOwner//hot"])

describe("a period", () => {
  const written: ReadonlyArray<readonly [text: string, blocks: number, shown: string]> = [
    ["0", 0, "no time"],
    ["1", 1, "12 seconds"],
    ["7200", 7_200, "1 day"],
    ["2d", 14_400, "2 days"],
    ["12h", 3_600, "12 hours"],
    ["1d12h", 10_800, "1 day 12 hours"],
    ["90m", 450, "1 hour 30 minutes"],
    ["36s", 3, "36 seconds"]
  ]
  for (const [text, blocks, shown] of written)
    it(text, () => {
      assert.deepStrictEqual(parsePeriod(text), Either.right(blocks))
      assert.strictEqual(formatPeriod(blocks), shown)
    })

  it("is a whole number of blocks, or none", () => {
    for (const text of ["", "-1", "1.5", "2w", "d", "1d 2h", "30s", "99999999999"]) assert.isTrue(Either.isLeft(parsePeriod(text)), text)
  })
})

describe("a setting", () => {
  it("may be written in readable form", () => {
    for (const name of ["roundLength", "round-length", "round_length", "ROUNDLENGTH"])
      assert.deepStrictEqual(parseAssignment(name, "1h"), Either.right(["roundLength", 300] as const))
    assert.deepStrictEqual(parseSetting("quorumBps", "50.01%"), Either.right(5_001))
    assert.deepStrictEqual(parseSetting("quorumBps", "5001"), Either.right(5_001))
    assert.deepStrictEqual(parseSetting("quorumBps", "5001bps"), Either.right(5_001))
    assert.deepStrictEqual(parseSetting("minBounty", "12.5"), Either.right(12_500_000_000n))
    assert.deepStrictEqual(parseSetting("rosterSigner", ` ${SIGNER}`), Either.right(SIGNER))
    assert.isTrue(Either.isLeft(parseSetting("rosterSigner", SIGNER.slice(1))))
  })

  it("is a period by the measured pace of blocks where there is one, and not by another", () => {
    const pace = { block: 1, time: 0, milliseconds: 11_500, blocks: 50 }
    const shown = (by?: typeof pace | null) =>
      settingsTable({ ...defaultSettings, rosterSigner: SIGNER, submissionWindow: 14_400 }, by).find((line) =>
        line.includes("submissionWindow")
      )
    assert.match(shown(pace) ?? "", /14,400 blocks \(≈ 1 d 22 h\) +from/)
    assert.match(shown(null) ?? "", /14,400 blocks +from/)
    assert.match(shown() ?? "", /14,400 blocks +2 days +from/)
  })

  it("is shown in a form that can be read back", () => {
    const settings: ContractSettings = { ...defaultSettings, rosterSigner: SIGNER }
    for (const name of settingNames) {
      const value = settings[name]
      const { exact } = showSetting(name, value)
      const text = settingRules[name].unit === "alpha" ? showSetting(name, value).means : exact
      assert.deepStrictEqual(parseSetting(name, text.replaceAll(",", "").split(" ")[0] ?? ""), Either.right(value))
    }
  })
})

/** Settings that allow this one any value within its own bounds. */
const wide: Partial<ContractSettings> = {
  minBounty: 1n,
  maxBounty: 21_000_000_000_000_000n,
  submissionWindow: 0,
  competitionLength: 2_628_000,
  attestBlocks: 1,
  roundLength: 2_628_000,
  day: 1,
  challengePeriod: 100_800,
  recycleAfter: 2_628_000,
  ownerDelay: 50_400
}

const chain = Layer.unwrapScoped(Effect.map(startChain, ({ endpoint }) => Chain.layer([endpoint])))

layer(chain, { excludeTestServices: true })("the bounds of a setting", (it) => {
  it.effect("are the contract's own", () =>
    Effect.gen(function* () {
      const { address } = yield* keyOf("//Alice")
      const accepted = (name: SettingName, value: bigint) => {
        const given = settingRules[name].unit === "alpha" ? value : Number(value)
        const settings = { ...defaultSettings, rosterSigner: SIGNER, rosterSignerSince: 0, ...wide, [name]: given }
        const config = {
          ...settings,
          netuid: NETUID,
          devChain: true,
          ...treasuryOf({ spawner: address, block: 1, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })
        }
        return tryInstantiate({ config }, address, toPublicKey(address)).pipe(
          Effect.as("taken"),
          Effect.catchTag("ContractRefusal", ({ error }) =>
            Effect.succeed(error._tag === "ConfigOutOfBounds" ? `${error.value._tag} is out of bounds` : error._tag)
          )
        )
      }
      for (const name of settingNames) {
        const { unit, least, most } = settingRules[name]
        if (unit === "account") continue
        const refused = `${name.slice(0, 1).toUpperCase()}${name.slice(1)} is out of bounds`
        assert.strictEqual(yield* accepted(name, least), "taken", `${name} ${least}`)
        if (least > 0n) assert.strictEqual(yield* accepted(name, least - 1n), refused, `${name} ${least - 1n}`)
        assert.strictEqual(yield* accepted(name, most), "taken", `${name} ${most}`)
        // Only the command refuses more alpha than can exist.
        if (unit !== "alpha") assert.strictEqual(yield* accepted(name, most + 1n), refused, `${name} ${most + 1n}`)
      }
    })
  )
})
