/**
 * The part of the chain that the contract depends on, as a value: blocks, stakes, and the effects of the chain extension and the proxy call. Amounts are
 * capped at what is available, and a proxy call succeeds even when the inner call fails. Refusals come in Subtensor's order.
 */
import { Either, HashMap, Option } from "effect"
import type { SubtensorError } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { RAO_PER_ALPHA } from "../../src/domain/Amount.ts"
import { addDividend, addStake, emptyPool, type StakePool, stakeIn, takeStake } from "./StakePool.ts"

/** Chain extension functions that the contract calls, by name. */
export const chainFunctions = {
  stakeInfo: 0,
  moveStake: 5,
  transferStake: 6,
  alphaPrice: 15,
  recycleAlpha: 16,
  callerMoveStake: 24,
  callerTransferStake: 25,
  subnetState: 34,
  stakeAvailability: 36
} as const
export type ChainFunction = keyof typeof chainFunctions

/** The chain as the contract sees it. */
export interface Subnet {
  readonly block: number
  /** The stake on the contract's subnet, by hotkey; defaults to none. */
  readonly pools: HashMap.HashMap<AccountAddress, StakePool>
  /** The subnet's alpha outside of its pool (`SubnetAlphaOut`, rao). More than this cannot be recycled. */
  readonly alphaOut: bigint
  /** The reserves of the subnet's pool, which make the price of alpha (rao). */
  readonly reserves: { readonly tao: bigint; readonly alpha: bigint }
  /** Hotkeys known to the chain. Stake behind an unknown hotkey cannot be moved. */
  readonly hotkeys: ReadonlySet<AccountAddress>
  /** Locked alpha of a coldkey behind all hotkeys; defaults to 0. Locked stake cannot be transferred, because nobody accepts it. */
  readonly locks: HashMap.HashMap<AccountAddress, bigint>
  /** The least amount that can be moved, in TAO (rao) at the price; 0 for no minimum. */
  readonly minStake: bigint
  /** Whether the subnet's stake can be changed at all. */
  readonly tokenEnabled: boolean
  /** Whether the subnet's stake can be transferred to another coldkey. */
  readonly transfersAllowed: boolean
  /** Whether a subnet with the contract's netuid exists. */
  readonly exists: boolean
  /** How often the netuid has been registered. */
  readonly registrations: bigint
  /** TAO (rao) that can leave the contract's account and the treasury's coldkey. */
  readonly tao: { readonly contract: bigint; readonly treasury: bigint }
  /** Hashes of the code uploaded to the chain. */
  readonly codes: ReadonlySet<string>
  /** Coldkeys that have the contract as their proxy. */
  readonly proxyOf: ReadonlySet<AccountAddress>
  /** Status codes that functions return without doing anything, to simulate failures. */
  readonly faults: Readonly<Partial<Record<ChainFunction, number>>>
  /** Whether the chain refuses all runtime calls of the contract. */
  readonly runtimeCallsRefused: boolean
}

/** A chain without stake at a block; nothing is restricted. */
export const emptySubnet = (block: number): Subnet => ({
  block,
  pools: HashMap.empty(),
  alphaOut: 0n,
  reserves: { tao: 1_000_000_000_000_000n, alpha: 1_000_000_000_000_000n },
  hotkeys: new Set(),
  locks: HashMap.empty(),
  minStake: 2_000_000n,
  tokenEnabled: true,
  transfersAllowed: true,
  exists: true,
  registrations: 1n,
  tao: { contract: 0n, treasury: 0n },
  codes: new Set(),
  proxyOf: new Set(),
  faults: {},
  runtimeCallsRefused: false
})

export const stakeKey = (hotkey: AccountAddress, coldkey: AccountAddress): string => `${hotkey}/${coldkey}`

export const poolOf = (subnet: Subnet, hotkey: AccountAddress): StakePool =>
  Option.getOrElse(HashMap.get(subnet.pools, hotkey), () => emptyPool)

/** Alpha of a coldkey behind a hotkey. */
export const stakeOf = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress): bigint => stakeIn(poolOf(subnet, hotkey), coldkey)

const withPool = (subnet: Subnet, hotkey: AccountAddress, pool: StakePool): Subnet => ({
  ...subnet,
  pools: HashMap.set(subnet.pools, hotkey, pool)
})

const increase = (subnet: Subnet, { coldkey, hotkey }: Place, amount: bigint): Subnet =>
  withPool(subnet, hotkey, addStake(poolOf(subnet, hotkey), coldkey, amount))

const decrease = (subnet: Subnet, { coldkey, hotkey }: Place, amount: bigint): Subnet =>
  withPool(subnet, hotkey, takeStake(poolOf(subnet, hotkey), coldkey, amount))

/**
 * The chain after a coldkey has staked or unstaked behind a hotkey until it has this amount. After dividends the stake may read a rao or two less.
 */
export const withStake = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): Subnet => {
  const more = amount - stakeOf(subnet, hotkey, coldkey)
  if (more === 0n) return subnet
  const changed = more > 0n ? increase(subnet, { hotkey, coldkey }, more) : decrease(subnet, { hotkey, coldkey }, -more)
  return { ...changed, alphaOut: subnet.alphaOut + more }
}

/** The chain after an epoch has paid a dividend to all stake behind a hotkey. AlphaOut does not change: it rose when the alpha was issued. */
export const withDividend = (subnet: Subnet, hotkey: AccountAddress, amount: bigint): Subnet =>
  withPool(subnet, hotkey, addDividend(poolOf(subnet, hotkey), amount))

/** The chain aborts the whole message: the contract cannot answer, and nothing changes. `reason`: the chain's error name, if any. */
export class ChainTrap extends Error {
  override readonly name = "ChainTrap"
  constructor(readonly reason: "CodeNotFound" | "CannotAddSelfAsDelegateDependency") {
    super(reason)
  }
}

/** Names of the status codes from 1 on. */
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

export const refusalOfStatus = (code: number): SubtensorError => {
  const name = statusNames[code - 1]
  return name === undefined ? { _tag: "UnknownCode", value: code } : { _tag: name }
}

type Refusable<A> = Either.Either<A, SubtensorError>

const refuse = (name: (typeof statusNames)[number] | "UnreadableAnswer"): Refusable<never> => Either.left({ _tag: name })

/** The simulated failure of a function: a refusal, or a success without effect. Undefined: the function works. */
const faultOf = (subnet: Subnet, name: ChainFunction): Either.Either<"nothing done", SubtensorError> | undefined => {
  const code = subnet.faults[name]
  if (code === undefined) return undefined
  return code === 0 ? Either.right("nothing done") : Either.left(refusalOfStatus(code))
}

/** Runs a function that returns a value. A simulated success without a value cannot be decoded. */
const runWithAnswer = <A>(subnet: Subnet, name: ChainFunction, run: () => Refusable<A>): Refusable<A> => {
  const fault = faultOf(subnet, name)
  return fault === undefined ? run() : Either.flatMap(fault, () => refuse("UnreadableAnswer"))
}

/** Runs a function without a return value. A simulated success has no effect. */
const runWithoutAnswer = (subnet: Subnet, name: ChainFunction, run: () => Refusable<Subnet>): Refusable<Subnet> => {
  const fault = faultOf(subnet, name)
  return fault === undefined ? run() : Either.map(fault, () => subnet)
}

/** Function 0: reads the stake of a coldkey behind a hotkey. */
export const readStake = (subnet: Subnet, hotkey: AccountAddress, coldkey: AccountAddress): Refusable<bigint> =>
  runWithAnswer(subnet, "stakeInfo", () => Either.right(stakeOf(subnet, hotkey, coldkey)))

/** Alpha of a coldkey behind all hotkeys. */
const totalOf = ({ pools }: Subnet, coldkey: AccountAddress): bigint =>
  HashMap.reduce(pools, 0n, (sum, pool) => sum + stakeIn(pool, coldkey))

const lockedOf = ({ locks }: Subnet, coldkey: AccountAddress): bigint => Option.getOrElse(HashMap.get(locks, coldkey), () => 0n)

/** Whether the amount includes locked stake, when the free stake is used first. */
const isLocked = (subnet: Subnet, coldkey: AccountAddress, amount: bigint): boolean =>
  lockedOf(subnet, coldkey) > 0n && amount > freeOf(subnet, coldkey)

const freeOf = (subnet: Subnet, coldkey: AccountAddress): bigint => {
  const free = totalOf(subnet, coldkey) - lockedOf(subnet, coldkey)
  return free > 0n ? free : 0n
}

/** Function 36: how much of a coldkey's alpha behind all hotkeys can be moved. */
export const availableStake = (subnet: Subnet, coldkey: AccountAddress): Refusable<bigint> =>
  runWithAnswer(subnet, "stakeAvailability", () => Either.right(freeOf(subnet, coldkey)))

/** Function 34: whether the contract's netuid exists, and how often it has been registered. */
export const subnetState = (subnet: Subnet): Refusable<Pick<Subnet, "exists" | "registrations">> =>
  runWithAnswer(subnet, "subnetState", () => Either.right(subnet))

/** The chain after TAO has left the contract's account. */
export const spend = (subnet: Subnet, amount: bigint): Subnet => ({
  ...subnet,
  tao: { ...subnet.tao, contract: subnet.tao.contract - amount }
})

/** The value of alpha in TAO, rounded down. The price is also rounded down, to 64 fractional bits. */
const worthOf = ({ reserves }: Subnet, alpha: bigint): bigint => (((reserves.tao << 64n) / reserves.alpha) * alpha) >> 64n

/** Function 15: the price of one alpha, in rao of TAO. */
export const alphaPrice = (subnet: Subnet): Refusable<bigint> =>
  runWithAnswer(subnet, "alphaPrice", () => Either.right(worthOf(subnet, RAO_PER_ALPHA)))

interface Place {
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
}

const move = (subnet: Subnet, from: Place, to: Place, amount: bigint, transfer: boolean): Refusable<Subnet> => {
  if (from.hotkey === to.hotkey && from.coldkey === to.coldkey) return refuse("SameNetuid")
  if (!subnet.tokenEnabled) return refuse("SubtokenDisabled")
  if (!subnet.hotkeys.has(from.hotkey) || !subnet.hotkeys.has(to.hotkey)) return refuse("NotRegistered")
  if (amount > stakeOf(subnet, from.hotkey, from.coldkey)) return refuse("NotEnoughStakeToWithdraw")
  // These two errors of the pallet have no status code of their own.
  if (transfer && !subnet.transfersAllowed) return refuse("RuntimeError")
  if (transfer && isLocked(subnet, from.coldkey, amount)) return refuse("RuntimeError")
  if (worthOf(subnet, amount) < subnet.minStake) return refuse("AmountTooLow")
  return Either.right(increase(decrease(subnet, from, amount), to, amount))
}

/** Function 6, and 25 as `callerTransferStake`: transfers stake behind a hotkey to another coldkey. */
export const transferStake = (
  subnet: Subnet,
  name: "transferStake" | "callerTransferStake",
  hotkey: AccountAddress,
  from: AccountAddress,
  to: AccountAddress,
  amount: bigint
): Refusable<Subnet> => runWithoutAnswer(subnet, name, () => move(subnet, { hotkey, coldkey: from }, { hotkey, coldkey: to }, amount, true))

/** Function 5, and 24 as `callerMoveStake`: moves a coldkey's stake to another hotkey. */
export const moveStake = (
  subnet: Subnet,
  name: "moveStake" | "callerMoveStake",
  coldkey: AccountAddress,
  from: AccountAddress,
  to: AccountAddress,
  amount: bigint
): Refusable<Subnet> =>
  runWithoutAnswer(subnet, name, () => move(subnet, { hotkey: from, coldkey }, { hotkey: to, coldkey }, amount, false))

/** Function 16: recycles stake, capped at the available stake, and returns the amount. */
export const recycle = (
  subnet: Subnet,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  amount: bigint
): Refusable<readonly [Subnet, bigint]> =>
  runWithAnswer(subnet, "recycleAlpha", () => {
    if (!subnet.tokenEnabled) return refuse("SubtokenDisabled")
    if (!subnet.hotkeys.has(hotkey)) return refuse("NotRegistered")
    const held = stakeOf(subnet, hotkey, coldkey)
    const recycled = amount < held ? amount : held
    if (subnet.alphaOut < recycled) return refuse("InsufficientLiquidity")
    if (isLocked(subnet, coldkey, recycled)) return refuse("RuntimeError")
    const left = decrease(subnet, { hotkey, coldkey }, recycled)
    return Either.right([{ ...left, alphaOut: subnet.alphaOut - recycled }, recycled] as const)
  })

/** Transfers stake as a coldkey's proxy. None when the chain refuses the proxy call; when only the inner transfer fails, the chain is unchanged. */
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
