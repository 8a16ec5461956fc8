/** The known changes of Subtensor's releases from July to November 2026 to calls, fees, filters and rules that the program relies on. */

interface Release {
  /** The spec version. */
  readonly number: number
  readonly what: string
  /** Numbers of pull requests of RaoFoundation/subtensor that say so. */
  readonly pulls?: readonly [number, ...ReadonlyArray<number>]
  /** Where no pull request does: its source files, as release 469 was built from. */
  readonly files?: readonly [string, ...ReadonlyArray<string>]
  /** The test that meets it on the dev chain, or why the dev chain leaves it out. */
  readonly here: { readonly met: string } | { readonly left: string }
}

const FEES = "test/chain/runtime/fees.test.ts"
const LIFECYCLE = "test/chain/runtime/lifecycle.test.ts"
const POOLS = "test/chain/runtime/pools.test.ts"
const PROXIES = "test/chain/runtime/proxies.test.ts"

/** By release. */
export const releases: ReadonlyArray<Release> = [
  {
    number: 437,
    what: "Everything a hotkey earns releases its registration collateral.",
    pulls: [2958],
    here: { met: "test/chain/runtime/epoch.test.ts" }
  },
  { number: 441, what: "Root dividends go into validators' baskets.", pulls: [2968], here: { left: "no root dividends" } },
  { number: 444, what: "Fees are recycled instead of paid to the block's author.", pulls: [3053], here: { met: FEES } },
  { number: 444, what: "A proxy call is charged what the call inside it really used.", pulls: [3058], here: { met: FEES } },
  {
    number: 444,
    what: "A hotkey that loses its registration loses its commitments. Commitments that cannot count are refused before they enter a block.",
    pulls: [3058, 3040],
    here: { left: "commitments stay, and are refused inside a block" }
  },
  {
    number: 446,
    what: "Conviction is compared with a subnet's alpha without the burned part and the protocol's. A timelock that cannot be revealed stays as `TimelockRevealFailed`.",
    pulls: [3078],
    here: { left: "neither is counted apart, and nothing is revealed" }
  },
  {
    number: 447,
    what: "Taking a subnet over needs one hotkey whose own conviction exceeds 18 % of its alpha, no longer 10 % of all conviction together.",
    pulls: [3083],
    here: { met: LIFECYCLE }
  },
  {
    number: 448,
    what: "A hotkey leaves an account's list once the account has no stake behind it.",
    pulls: [3089],
    here: { met: LIFECYCLE }
  },
  { number: 448, what: "`move_stake_limit` is new.", pulls: [3089], here: { left: "the program does not call it" } },
  {
    number: 453,
    what: "A call inside `Proxy::proxy` must pass its caller's filter too. Contracts could call only `Proxy::proxy`, so every call inside it was refused.",
    pulls: [3138, 3139],
    here: { met: PROXIES }
  },
  {
    number: 454,
    what: "Contracts may also call `SubtensorModule::transfer_stake`, directly and by proxy, but nothing else.",
    pulls: [3140, 3139],
    here: { met: PROXIES }
  },
  {
    number: 454,
    what: "Withdrawing the whole stake that an account reads leaves no fraction of a rao behind.",
    pulls: [3143],
    here: { met: POOLS }
  },
  {
    number: 456,
    what: "Fixes to authorization, key ownership, leases and accounting. Details are not public.",
    pulls: [3158],
    here: { left: "not known" }
  },
  {
    number: 458,
    what: "An account never reads more than its pool holds. A move within a subnet succeeds in full or fails.",
    pulls: [3160],
    here: { met: POOLS }
  },
  {
    number: 459,
    what: "An account's shares change by exactly as much as the pool's, rounded toward zero. Taking the last rao closes the pool and makes older shares worthless.",
    pulls: [3162],
    here: { met: POOLS }
  },
  { number: 460, what: "Opening a pool also makes older shares worthless.", pulls: [3164], here: { met: POOLS } },
  {
    number: 462,
    what: "A signer without a balance keeps its nonce. Batches of weights are charged per item.",
    pulls: [3169],
    here: { left: "neither batches nor such signers" }
  },
  {
    number: 463,
    what: "An account's list of hotkeys grows to 256 by its own staking and to 128 by others' transfers (`TooManyStakingHotkeys`). A coldkey with more than 256 cannot be swapped.",
    pulls: [3176],
    here: { met: LIFECYCLE }
  },
  {
    number: 463,
    what: "Plain weights on a commit-reveal subnet, and weights of an unregistered hotkey, are refused before they enter a block. The error numbers are not known.",
    pulls: [3176],
    here: { left: "refused inside a block" }
  },
  {
    number: 464,
    what: "The chain extension charges functions that take stake away in advance as if the account had 256 hotkeys, about 90 ms more. Whether it refunds some is not known.",
    pulls: [3176, 3187],
    here: { met: FEES }
  },
  {
    number: 465,
    what: "Restricted proxies can no longer use wrapper calls that they should not have had.",
    pulls: [3179],
    here: { left: "they never had them" }
  },
  {
    number: 467,
    what: "Fees are halved: 0.00025 rao a picosecond, half a rao a byte. A direct staking call costs at most half of what release 459 charged. A block still reserves its full weight.",
    pulls: [3183, 3180, 3182],
    here: { met: FEES }
  },
  {
    number: 469,
    what: "In calls that move, transfer or swap stake, the amount `u64::MAX` means the whole position. Other amounts that are too large are still refused.",
    files: ["pallets/subtensor/src/staking/move_stake.rs"],
    here: { left: "refused as too much; neither the program nor the contract sends it" }
  },
  {
    number: 469,
    what: "A failed call that takes stake away is charged for the work it did, no longer as if it had walked 256 hotkeys.",
    files: ["pallets/subtensor/src/tests/failed_call_refunds.rs"],
    here: { met: FEES }
  },
  {
    number: 469,
    what: "`set_root_weights` is gone, and stored root weights are cleared.",
    files: ["pallets/subtensor/src/migrations/migrate_remove_root_weights.rs"],
    here: { left: "no root weights" }
  },
  {
    number: 480,
    what: "Etao: emission is weighted differently by subnet, and root's share is taken first in each block. More is not known, nor what 479, 489, 491, 494 and 496 changed.",
    pulls: [3254, 3264],
    here: { left: "emission is a constant" }
  }
]

/** The newest release whose rules the dev chain claims: the last of which something is built. */
export const newestRelease = Math.max(...releases.flatMap(({ here, number }) => ("met" in here ? [number] : [])))

/** The changes that the dev chain leaves out, each with its reason. */
export const leftOut = releases.flatMap(({ here, number, what }) => ("left" in here ? [{ number, what, why: here.left }] : []))
