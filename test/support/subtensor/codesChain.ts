/** Replays recorded calls of the chain extension on the dev chain's runtime. */
import { Effect } from "effect"
import { concat, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { AccountAddress, fromPublicKey, toPublicKey } from "../../../src/domain/Account.ts"
import { call } from "../devnet/support.ts"
import { stillChain, type Tried } from "../runtime/stillChain.ts"
import type { Name } from "../runtime/support.ts"
import { type Asked, actionOf, askedOf, type Code, raoOf, S1, S2, wordsOf } from "./codes.ts"
import { subnetPart } from "./poolStorage.ts"
import { players } from "./runtimeChain.ts"

/** As on Subtensor: "modl", the pallet's name and the subnet's number, filled up with zeros. */
export const subnetAccount = fromPublicKey(concat([new TextEncoder().encode("modlsubtensr"), unsigned(S1, 2), new Uint8Array(18)]))
const strangers: Readonly<Record<string, AccountAddress>> = {
  "the account of S1": subnetAccount,
  nobody: fromPublicKey(new Uint8Array(32).fill(0x2a)),
  unknown: fromPublicKey(new Uint8Array(32).fill(0xde))
}

const isPlayer = (name: string): name is keyof typeof players => name in players

const genesis = (address: (name: Name) => string) => {
  const neurons = [0, 1, 2].map((index) => ({
    hotkey: address(players[`H${index}` as "H0"]),
    coldkey: address(players[`C${index}` as "C0"])
  }))
  const subnet = { ownerHotkey: address("OwnerHot"), ownerColdkey: address("Owner"), tempo: 1_000, alphaEmissionPerBlock: 0 }
  return {
    pallet: {
      subnets: [
        { ...subnet, netuid: S1, neurons },
        { ...subnet, netuid: S2 }
      ]
    }
  }
}

type Prepared = (found: ReadonlyArray<string>, code: Code, asked: Asked) => void

/** The dev chain in the recording's state, as a function that makes a recorded call on it. */
export const codesChain: Effect.Effect<(code: Code) => Tried, Error> = Effect.map(stillChain(genesis), (still) => {
  const { api, attempt, contract, state } = still
  const account = (name: string): AccountAddress =>
    isPlayer(name) ? AccountAddress.make(still.address(players[name])) : (strangers[name] ?? contract)
  const root = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) => done(attempt(null, pallet, name, ...args))
  const pay = (netuid: number, hotkey: string, own: readonly [string, bigint] | null, dividend = 0n) =>
    root("adminUtils", "devPay", netuid, account(hotkey), own === null ? null : [account(own[0]), own[1]], dividend)
  const reserves = (netuid: number, tao: bigint, alpha: bigint) => root("adminUtils", "devSetReserves", netuid, tao, alpha)
  const alphaOut = (netuid: number, amount: bigint) =>
    state().set("", storageValueKey("SubtensorModule", "SubnetAlphaOut") + subnetPart(netuid), unsigned(amount, 8))
  const balance = (who: string, amount: bigint) => root("balances", "forceSetBalance", account(who), amount)
  const lock = (who: string, hotkey: string, amount: bigint) => root("adminUtils", "devSetLock", account(who), account(hotkey), S1, amount)
  const proxy = (who: string, delegate: AccountAddress, type: string, delay = 0) =>
    done(attempt(account(who), "proxy", "addProxy", delegate, type, delay))

  reserves(S1, raoOf("30,000"), raoOf("1,000,000"))
  reserves(S2, raoOf("10,000"), raoOf("100,000"))
  done(attempt(account("C3"), "subtensorModule", "tryAssociateHotkey", account("H3")))
  for (const who of ["C0", "C4"]) {
    pay(S1, "H0", [who, raoOf("100")])
    pay(S1, "H1", [who, raoOf("50")])
    pay(S2, "H0", [who, raoOf("100")])
    balance(who, raoOf("2,000"))
  }
  pay(S1, "H3", ["C3", raoOf("20")])
  for (const netuid of [S1, S2]) alphaOut(netuid, 10n ** 18n)
  const start = state()

  /** The effects of words in "case: input" on the state. */
  const preparations: ReadonlyArray<readonly [RegExp, Prepared]> = [
    [/S(\d) without (?:subtoken|both)/, ([netuid]) => root("adminUtils", "sudoSetSubtokenEnabled", netuid, false)],
    [/^subtoken off: stake of/, () => root("adminUtils", "sudoSetSubtokenEnabled", S1, false)],
    [
      /S(\d) without (?:transfers|both)|(?:to oneself|inner call) with transfers toggled off/,
      ([netuid]) => root("adminUtils", "sudoSetToggleTransfer", netuid ?? S1, false)
    ],
    [/off on the other subnet/, () => root("adminUtils", "sudoSetToggleTransfer", S2, false)],
    [
      /(\d+) of (?:them|\d+(?: alpha)?)(?: on S1)? locked(?: to (H\d))?/,
      ([alpha, hotkey], { onBehalfOf }) => lock(onBehalfOf, hotkey ?? "H0", raoOf(alpha))
    ],
    [/all 150 alpha locked/, (_, { onBehalfOf }) => lock(onBehalfOf, "H0", raoOf("150"))],
    [/([\d,]+) rao(?: behind H2|, all there is behind H2)/, ([rao], { onBehalfOf }) => pay(S1, "H2", [onBehalfOf, raoOf(rao, "rao")])],
    [/everything locked/, (_, { onBehalfOf }) => lock(onBehalfOf, "H0", raoOf("150") + 1_000n)],
    [/behind H3, 5 there/, (_, { onBehalfOf }) => pay(S1, "H3", [onBehalfOf, raoOf("5")])],
    [/C2, which accepts/, () => done(attempt(account("C2"), "subtensorModule", "setRejectLockedAlpha", false))],
    [/has 5 alpha locked to H1/, () => lock("C2", "H1", raoOf("5"))],
    [/reserve of 0.05 TAO/, () => reserves(S1, raoOf("0.05"), raoOf("1,000,000"))],
    [/reserves 0 and 0|^empty reserves/, () => reserves(S1, 0n, 0n)],
    [/at 0.00001 TAO per alpha/, () => reserves(S1, raoOf("10"), raoOf("1,000,000"))],
    [/^([\d,]+) rao to ([\d,]+) rao/, ([tao, alpha]) => reserves(S1, raoOf(tao, "rao"), raoOf(alpha, "rao"))],
    [/, AlphaOut (\d)/, ([alpha]) => alphaOut(S1, raoOf(alpha))],
    [/a balance of 0.05 TAO/, (_, { onBehalfOf }) => balance(onBehalfOf, raoOf("0.05"))],
    [/^after (?:a dividend|dividends)/, () => [pay(S1, "H0", null, 7n), pay(S1, "H1", null, 11n)]],
    [/: twice|delegate for staking there is/, (_, { onBehalfOf }) => proxy(onBehalfOf, account("C2"), "Staking")],
    [/: type Any/, (_, { onBehalfOf }) => proxy(onBehalfOf, account("C2"), "Any")],
    [
      /20 delegates before/,
      (_, { onBehalfOf }) => {
        for (let index = 1; index <= 20; index++) proxy(onBehalfOf, fromPublicKey(new Uint8Array(32).fill(index)), "Staking")
      }
    ],
    [
      /H0 on S1 twice|H1 after H0/,
      (_, { onBehalfOf }) => done(attempt(account(onBehalfOf), "subtensorModule", "setColdkeyAutoStakeHotkey", S1, account("H0")))
    ],
    [/dissolved by root/, () => root("subtensorModule", "rootDissolveNetwork", S1)]
  ]

  /** The arguments of a function that exists. */
  const argumentsOf = (action: number, asked: Asked): Uint8Array => {
    const key = (name: string) => toPublicKey(account(name))
    const [hotkey, netuid, toNetuid, amount] = [
      key(asked.hotkey),
      unsigned(asked.netuid, 2),
      unsigned(asked.toNetuid, 2),
      unsigned(asked.amount, 8)
    ]
    const limit = [unsigned(asked.limit ?? 0n, 8), new Uint8Array([asked.partly ? 1 : 0])]
    const own = [hotkey, netuid, amount]
    switch (action) {
      case 0:
        return concat([hotkey, key(asked.coldkey), netuid])
      case 3:
      case 4:
        return hotkey
      case 5:
        return concat([hotkey, key(asked.toHotkey), netuid, toNetuid, amount])
      case 6:
        return concat([key(asked.toColdkey), hotkey, netuid, toNetuid, amount])
      case 7:
        return concat([hotkey, netuid, toNetuid, amount])
      case 8:
      case 9:
        return concat([...own, ...limit])
      case 10:
        return concat([hotkey, netuid, toNetuid, amount, ...limit])
      case 11:
        return concat([
          hotkey,
          netuid,
          asked.limit === undefined ? new Uint8Array([0]) : concat([new Uint8Array([1]), unsigned(asked.limit, 8)])
        ])
      case 12:
        return concat([netuid, hotkey])
      case 13:
      case 14:
        return key(asked.toColdkey)
      case 15:
      case 34:
        return netuid
      case 35:
      case 36:
        return concat([key(asked.coldkey), netuid])
      default:
        return concat(own)
    }
  }

  const inputOf = (code: Code, asked: Asked): Uint8Array => {
    if (/^input of one byte/.test(code.case)) return new Uint8Array([1])
    const whole = argumentsOf(actionOf(code), asked)
    if (/one byte too long/.test(code.case)) return concat([whole, new Uint8Array(1)])
    const wrong = /(?:value|tag) is (\d)/.exec(code.input)?.[1]
    if (wrong !== undefined) return concat([whole.subarray(0, -1), new Uint8Array([Number(wrong)])])
    return code.input === "no input" ? new Uint8Array() : whole
  }

  const runtimeCall = (code: Code, asked: Asked): Tried => {
    const words = wordsOf(code)
    const types = /two proxies/.test(words)
      ? ["Staking", "Transfer"]
      : [/(?:type|only) (Transfer|Any|Staking)/.exec(words)?.[1] ?? "Transfer"]
    if (code.case !== "no proxy") for (const type of types) proxy("C3", contract, type, /delay of 5/.test(words) ? 5 : 0)
    const forced = /(Transfer) forced/.exec(words)?.[1] ?? null
    const inner = /move instead/.test(words)
      ? call(api, "subtensorModule", "moveStake", account("H3"), account("H1"), S1, S1, asked.amount)
      : call(api, "subtensorModule", "transferStake", account("C2"), account("H3"), S1, S1, asked.amount)
    const proxied = call(api, "proxy", "proxy", account("C3"), forced, inner)
    const tried = still.runtimeCall(account("C0"), proxied.method.toU8a())
    return tried.result === "ok" ? tried : { ...attempt(contract, "proxy", "proxy", account("C3"), forced, inner), changed: tried.changed }
  }

  return (code) => {
    still.begin(start)
    const [asked, words] = [askedOf(code), wordsOf(code)]
    for (const [pattern, prepare] of preparations) {
      const match = pattern.exec(words)
      if (match !== null) prepare(match.slice(1), code, asked)
    }
    return code.function === "runtime call"
      ? runtimeCall(code, asked)
      : still.extension(account(code.onBehalfOf === "C4" ? "C1" : code.onBehalfOf), Number(code.function), inputOf(code, asked))
  }
})

const done = ({ result }: Tried): void => {
  if (result !== "ok") throw new Error(`the recording's state was refused: ${result}`)
}
