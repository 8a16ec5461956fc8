/** Unexpected behaviours of Subtensor, which the dev chain's runtime (contracts/devnet-runtime) imitates. */
import { behaviours } from "../behaviours.ts"

const pull = (number: number): string => `https://github.com/RaoFoundation/subtensor/pull/${number}`
const at = (path: string): string => `https://github.com/opentensor/subtensor/blob/main/${path}`

behaviours(
  {
    what: "Stake is a share of a hotkey's pool, and is rounded down when it is read. What is moved to an account arrives up to two rao short once the hotkey has earned a dividend.",
    sources: [at("primitives/share-pool/src/lib.rs")],
    test: "test/chain/runtime/pools.test.ts"
  },
  {
    what: "An epoch gives a validator's take to its owner, and the rest to everyone who has shares of the hotkey's pool. So stake behind a validator is rarely whole.",
    sources: [at("pallets/subtensor/src/coinbase/run_coinbase.rs")],
    test: "test/chain/runtime/epoch.test.ts"
  },
  {
    what: "Where nobody set weights, each hotkey with a permit earns dividends by its stake, miners and the treasury among them.",
    sources: [at("pallets/subtensor/src/coinbase/run_coinbase.rs")],
    test: "test/chain/runtime/epoch.test.ts"
  },
  {
    what: "The chain extension recycles all there is where it is asked for more, and refuses that in transfers and moves. It does not look at an input's length. A function that it does not have traps the whole message.",
    sources: [at("chain-extensions/src/lib.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "A swap that may be done in part succeeds where the price allows nothing, and moves nothing.",
    sources: [at("pallets/subtensor/src/staking/move_stake.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "Stake that is sold under a price limit is sold where the subnet's token is off; without a limit, the same is refused.",
    sources: [at("pallets/subtensor/src/staking/remove_stake.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "A dissolved subnet's holders of stake get TAO from its pool, contracts too. All stake and all locks there are gone.",
    sources: [at("pallets/subtensor/src/staking/remove_stake.rs"), at("pallets/subtensor/src/subnets/dissolution.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "The lowest free number goes to the next subnet, at once where another gives way to it. Only function 34 tells, which counts how often a number was given.",
    sources: [at("pallets/subtensor/src/subnets/subnet.rs"), at("pallets/subtensor/src/coinbase/root.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "Anybody can make any account a hotkey of theirs that is none yet, for nothing. Its rightful owner cannot register it then.",
    sources: [at("pallets/subtensor/src/macros/dispatches.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "Whoever owns a registered hotkey may call its coldkey anything, also what another is called: the chain looks at nothing but lengths.",
    sources: [at("pallets/subtensor/src/utils/identity.rs")],
    test: "test/chain/indexer/head.test.ts"
  },
  {
    what: "The price of a registration rises by 26 % at each, and halves in 360 blocks.",
    sources: [at("pallets/subtensor/src/subnets/registration.rs"), at("pallets/subtensor/src/coinbase/block_step.rs")],
    switch: "genesis burnHalfLife",
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A hotkey's swap takes all stake along, but perhaps a rao or two that nobody reads. One that keeps the stake makes the old hotkey unknown, and what lies behind it cannot be moved.",
    sources: [at("pallets/subtensor/src/swap/swap_hotkey.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A coldkey's swap moves its stake as a transfer does, so that it reads up to a rao less behind a hotkey that has earned dividends.",
    sources: [at("pallets/subtensor/src/swap/swap_coldkey.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "In a subnet's second year, the owner of the hotkey with the most conviction becomes the subnet's owner, when that alone exceeds 18 % of the subnet's alpha.",
    sources: [at("pallets/subtensor/src/staking/lock.rs"), pull(3083)],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "Locked stake cannot be given to an account that has not said that it takes it.",
    sources: [at("pallets/subtensor/src/staking/lock.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "A tip buys nothing: all transactions have the same priority, but for root's operational ones, and none replaces another of the same nonce. The one whose era ends first goes first.",
    sources: [
      at("docs/transaction-priority.md"),
      at("runtime/src/transaction_payment_wrapper.rs"),
      "https://github.com/paritytech/polkadot-sdk/blob/master/substrate/client/transaction-pool/src/graph/ready.rs"
    ],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "Whoever calls a contract needs the price of the whole weight limit at first: 0.00025 rao a picosecond. What the call does not use comes back.",
    sources: [at("pallets/transaction-fee/src/lib.rs"), at("runtime/src/lib.rs"), pull(3183)],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "A contract that takes stake away is charged some 90 ms before, as if the account had as many hotkeys as it may. A dry run's gas has that in it.",
    sources: [pull(3176), pull(3187)],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "A contract's call by proxy succeeds, and the call inside it is refused unless it is `transfer_stake`: not even TAO can be moved.",
    sources: [pull(3138), pull(3139)],
    test: "test/chain/runtime/proxies.test.ts"
  },
  {
    what: "Others can bring an account stake behind so many hotkeys that it gets stake behind none more: 128, or 256 of its own doing.",
    sources: [pull(3176)],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A subnet's owner can switch transfers of stake off and on.",
    sources: [at("pallets/admin-utils/src/lib.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  }
)
