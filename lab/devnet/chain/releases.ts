/** What Subtensor's releases of July to November 2026 changed of the calls, fees, filters and rules that the program relies on, as far as it is known. */

interface Release {
  /** The spec version. */
  readonly number: number
  readonly what: string
  /** Numbers of pull requests of RaoFoundation/subtensor that say so. */
  readonly pulls: readonly [number, ...ReadonlyArray<number>]
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
    what: "All that a hotkey earns sets its registration collateral free.",
    pulls: [2958],
    here: { met: "test/chain/runtime/epoch.test.ts" }
  },
  { number: 441, what: "Root's dividends go into validators' baskets.", pulls: [2968], here: { left: "no root dividends" } },
  { number: 444, what: "Fees are recycled instead of paid to the block's author.", pulls: [3053], here: { met: FEES } },
  { number: 444, what: "A call by proxy costs what the call inside it cost in the end.", pulls: [3058], here: { met: FEES } },
  {
    number: 444,
    what: "A hotkey that loses its registration loses its commitments. Commitments that cannot count are refused before a block.",
    pulls: [3058, 3040],
    here: { left: "commitments stay, and are refused inside a block" }
  },
  {
    number: 446,
    what: "Burned alpha and the protocol's own do not count where conviction is compared with a subnet's alpha. What a timelock cannot reveal is kept as `TimelockRevealFailed`.",
    pulls: [3078],
    here: { left: "neither is counted apart, and nothing is revealed" }
  },
  {
    number: 447,
    what: "Who takes a subnet over needs a hotkey whose own conviction exceeds 18 % of its alpha. All conviction together, and a tenth, no longer count.",
    pulls: [3083],
    here: { met: LIFECYCLE }
  },
  {
    number: 448,
    what: "A hotkey leaves an account's list when the account has nothing behind it any more.",
    pulls: [3089],
    here: { met: LIFECYCLE }
  },
  { number: 448, what: "`move_stake_limit` is new.", pulls: [3089], here: { left: "nobody calls it" } },
  {
    number: 453,
    what: "A call inside `Proxy::proxy` must pass the filter of its caller, too. Contracts may call `Proxy::proxy` alone, so every call inside it was refused.",
    pulls: [3138, 3139],
    here: { met: PROXIES }
  },
  {
    number: 454,
    what: "Contracts may call `SubtensorModule::transfer_stake`, by itself and by proxy, and still nothing else.",
    pulls: [3140, 3139],
    here: { met: PROXIES }
  },
  { number: 454, what: "Whoever takes all that it reads leaves no part of a rao behind.", pulls: [3143], here: { met: POOLS } },
  {
    number: 456,
    what: "Authorization, ownership of keys, leases and accounting are mended. How is not known.",
    pulls: [3158],
    here: { left: "not known" }
  },
  {
    number: 458,
    what: "Nobody reads more than a pool holds. What moves within a subnet moves whole or not at all.",
    pulls: [3160],
    here: { met: POOLS }
  },
  {
    number: 459,
    what: "An account's shares change by as much as the pool's did, rounded toward zero. Who takes the last rao closes the pool, and shares from before are worth nothing.",
    pulls: [3162],
    here: { met: POOLS }
  },
  { number: 460, what: "They are worth nothing from the next opening of a pool, too.", pulls: [3164], here: { met: POOLS } },
  {
    number: 462,
    what: "A signer without a balance keeps its nonce. Batches of weights cost by their items.",
    pulls: [3169],
    here: { left: "neither batches nor such signers" }
  },
  {
    number: 463,
    what: "An account's own doing puts at most 256 hotkeys on its list, others' transfers at most 128 (`TooManyStakingHotkeys`). A coldkey of more than 256 is not swapped.",
    pulls: [3176],
    here: { met: LIFECYCLE }
  },
  {
    number: 463,
    what: "Plain weights on a subnet with commit-reveal, and weights of a hotkey that is not registered, are refused before a block. Their numbers are not known.",
    pulls: [3176],
    here: { left: "refused inside a block" }
  },
  {
    number: 464,
    what: "The chain extension charges a function that takes stake away as if the account had 256 hotkeys: some 90 ms more, before it runs. Whether it gives some back is not known.",
    pulls: [3176, 3187],
    here: { met: FEES }
  },
  {
    number: 465,
    what: "Restricted proxies lose wrappers that they should not have.",
    pulls: [3179],
    here: { left: "they never had them" }
  },
  {
    number: 467,
    what: "Fees are halved: 0.00025 rao a picosecond, half a rao a byte. Nobody pays more for a direct call about stake than half of what 459 took; a block holds its whole weight.",
    pulls: [3183, 3180, 3182],
    here: { met: FEES }
  },
  {
    number: 480,
    what: "Etao: subnets' emission has other weights, and root's share comes off first in each block. More is not known, neither of 479, 489, 491, 494 and 496.",
    pulls: [3254, 3264],
    here: { left: "emission is a constant" }
  }
]

/** The newest release whose rules the dev chain claims: the last of which something is built. */
export const newestRelease = Math.max(...releases.flatMap(({ here, number }) => ("met" in here ? [number] : [])))

/** The changes that the dev chain leaves out, each with its reason. */
export const leftOut = releases.flatMap(({ here, number, what }) => ("left" in here ? [{ number, what, why: here.left }] : []))
