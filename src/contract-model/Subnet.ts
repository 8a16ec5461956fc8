/**
 * The part of the chain that the contract lives on, as a value: blocks, stakes, and what the chain extension and the proxy call do to them.
 * Written from the dev chain's README: amounts are capped at what there is, and a proxy call goes through even when the call inside it fails.
 */
import { Either, HashMap, Option } from "effect"
import type { SubtensorError } from "../contract-client/generated.ts"
import type { AccountAddress } from "../domain/Account.ts"

/** The chain extension's functions that the contract calls, by what they do. */
export const chainFunctions = { stakeInfo: 0, moveStake: 5, transferStake: 6, recycleAlpha: 16, callerTransferStake: 25 } as const
export type ChainFunction = keyof typeof chainFunctions

/** What the contract can see of its chain. */
export interface Subnet {
  readonly block: number
  /** Alpha of (hotkey, coldkey) on the contract's subnet, by {@link stakeKey}; what is not there is 0. */
  readonly stakes: HashMap.HashMap<string, bigint>
  /** Hotkeys that the chain knows; stake behind another one can't be moved. */
  readonly hotkeys: ReadonlySet<AccountAddress>
  /** The smallest amount that may be moved. */
  readonly minStake: bigint
  /** Whether stake of the subnet may be touched at all. */
  readonly tokenEnabled: boolean
  /** Whether stake of the subnet may change its coldkey. */
  readonly transfersAllowed: boolean
  /** Hashes of the code that the chain has. */
  readonly codes: ReadonlySet<string>
  /** The coldkeys whose proxy the contract is. */
  readonly proxyOf: ReadonlySet<AccountAddress>
  /** Status codes that functions answer with whatever they are asked, to play failures. */
  readonly faults: Readonly<Partial<Record<ChainFunction, number>>>
  /** Whether the chain refuses the contract's runtime calls altogether. */
  readonly runtimeCallsRefused: boolean
}

/** An empty chain at a block, on which nothing is in the contract's way. */
export const emptySubnet = (block: number): Subnet => ({
  block,
  stakes: HashMap.empty(),
  hotkeys: new Set(),
  minStake: 2_000_000n,
  tokenEnabled: true,
  transfersAllowed: true,
  codes: new Set(),
  proxyOf: new Set(),
  faults: {},
  runtimeCallsRefused: false
})

export const stakeKey = (hotkey: AccountAddress, coldkey: AccountAddress): string => `${hotkey}/${coldkey}`

/** Alpha of a coldkey behind a hotkey. */
export const stakeOf = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress): bigint =>
  Option.getOrElse(HashMap.get(subnet.stakes, stakeKey(hotkey, coldkey)), () => 0n)

/** The chain with another stake of a coldkey behind a hotkey. */
export const withStake = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): Subnet => ({
  ...subnet,
  stakes:
    amount === 0n ? HashMap.remove(subnet.stakes, stakeKey(hotkey, coldkey)) : HashMap.set(subnet.stakes, stakeKey(hotkey, coldkey), amount)
})

/** The names of the status codes from 1 on. */
export const statusNames = [
  "RuntimeError",
  "NotEnoughBalanceToStake",
  "NonAssociatedColdkey",
  "BalanceWithdrawalError",
  "NotRegistered",
  "NotEnoughStakeToWithdraw",
  "RateLimitExceeded",
  "SlippageTooHigh",
  "SubnetDoesNotExist",
  "HotkeyNotRegisteredInSubnet",
  "AutoStakeAlreadySet",
  "InsufficientBalance",
  "AmountTooLow",
  "InsufficientLiquidity",
  "SameNetuid",
  "TooManyProxies",
  "DuplicateProxy",
  "NoSelfProxy",
  "ProxyNotFound",
  "SystemAccount",
  "CannotRecycleOnRoot",
  "SubtokenDisabled"
] as const satisfies ReadonlyArray<SubtensorError["_tag"]>

/** The refusal that a status code names. */
export const refusalOfStatus = (code: number): SubtensorError => {
  const name = statusNames[code - 1]
  return name === undefined ? { _tag: "UnknownCode", value: code } : { _tag: name }
}

type Refusable<A> = Either.Either<A, SubtensorError>

const refuse = (name: (typeof statusNames)[number] | "UnreadableAnswer"): Refusable<never> => Either.left({ _tag: name })

/** What a function answers instead of doing anything: a refusal, or a success that is none. Undefined when it works. */
const faultOf = (subnet: Subnet, name: ChainFunction): Either.Either<"nothing done", SubtensorError> | undefined => {
  const code = subnet.faults[name]
  if (code === undefined) return undefined
  return code === 0 ? Either.right("nothing done") : Either.left(refusalOfStatus(code))
}

/** Runs a function that answers a value; a success without one can't be read. */
const answering = <A>(subnet: Subnet, name: ChainFunction, run: () => Refusable<A>): Refusable<A> => {
  const fault = faultOf(subnet, name)
  return fault === undefined ? run() : Either.flatMap(fault, () => refuse("UnreadableAnswer"))
}

/** Runs a function that only does something; a success may be a lie. */
const doing = (subnet: Subnet, name: ChainFunction, run: () => Refusable<Subnet>): Refusable<Subnet> => {
  const fault = faultOf(subnet, name)
  return fault === undefined ? run() : Either.map(fault, () => subnet)
}

/** Function 0: the stake of a coldkey behind a hotkey. */
export const readStake = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress): Refusable<bigint> =>
  answering(subnet, "stakeInfo", () => Either.right(stakeOf(subnet, hotkey, coldkey)))

interface Place {
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
}

const move = (subnet: Subnet, from: Place, to: Place, amount: bigint, transfer: boolean): Refusable<Subnet> => {
  if (from.hotkey === to.hotkey && from.coldkey === to.coldkey) return refuse("SameNetuid")
  if (!subnet.tokenEnabled) return refuse("SubtokenDisabled")
  if (!subnet.hotkeys.has(from.hotkey) || !subnet.hotkeys.has(to.hotkey)) return refuse("NotRegistered")
  const held = stakeOf(subnet, from.hotkey, from.coldkey)
  const moved = amount < held ? amount : held
  // the pallet's error for it has no status code of its own
  if (transfer && !subnet.transfersAllowed) return refuse("RuntimeError")
  if (moved < subnet.minStake) return refuse("AmountTooLow")
  const without = withStake(subnet, from.hotkey, from.coldkey, held - moved)
  return Either.right(withStake(without, to.hotkey, to.coldkey, stakeOf(without, to.hotkey, to.coldkey) + moved))
}

/** Function 6, and 25 as `callerTransferStake`: stake behind a hotkey passes from one coldkey to another; no more than there is. */
export const transferStake = (
  subnet: Subnet,
  name: "transferStake" | "callerTransferStake",
  hotkey: AccountAddress,
  from: AccountAddress,
  to: AccountAddress,
  amount: bigint
): Refusable<Subnet> => doing(subnet, name, () => move(subnet, { hotkey, coldkey: from }, { hotkey, coldkey: to }, amount, true))

/** Function 5: stake of a coldkey moves from one hotkey to another; no more than there is. */
export const moveStake = (
  subnet: Subnet,
  coldkey: AccountAddress,
  from: AccountAddress,
  to: AccountAddress,
  amount: bigint
): Refusable<Subnet> => doing(subnet, "moveStake", () => move(subnet, { hotkey: from, coldkey }, { hotkey: to, coldkey }, amount, false))

/** Function 16: destroys stake and says how much it was; no more than there is. */
export const recycle = (
  subnet: Subnet,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  amount: bigint
): Refusable<readonly [Subnet, bigint]> =>
  answering(subnet, "recycleAlpha", () => {
    if (!subnet.tokenEnabled) return refuse("SubtokenDisabled")
    if (!subnet.hotkeys.has(hotkey)) return refuse("NotRegistered")
    const held = stakeOf(subnet, hotkey, coldkey)
    const recycled = amount < held ? amount : held
    return Either.right([withStake(subnet, hotkey, coldkey, held - recycled), recycled] as const)
  })

/**
 * The contract sends a transfer of stake as a coldkey's proxy. None when the chain refuses the proxy call; when only the transfer inside it
 * fails, the chain is as before.
 */
export const transferAsProxy = (
  subnet: Subnet,
  hotkey: AccountAddress,
  from: AccountAddress,
  to: AccountAddress,
  amount: bigint
): Option.Option<Subnet> =>
  subnet.runtimeCallsRefused || !subnet.proxyOf.has(from)
    ? Option.none()
    : Option.some(Either.getOrElse(move(subnet, { hotkey, coldkey: from }, { hotkey, coldkey: to }, amount, true), () => subnet))
