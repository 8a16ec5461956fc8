/** Unexpected behaviours of Subtensor, which the dev chain's runtime (contracts/devnet-runtime) imitates. */
import { behaviours } from "../behaviours.ts"

const pull = (number: number): string => `https://github.com/RaoFoundation/subtensor/pull/${number}`
const at = (path: string): string => `https://github.com/opentensor/subtensor/blob/main/${path}`

behaviours(
  {
    what: "Stake is a share of the hotkey's pool, rounded down when read. Once the hotkey has earned a dividend, a transfer can arrive up to two rao short.",
    sources: [at("primitives/share-pool/src/lib.rs")],
    test: "test/chain/runtime/pools.test.ts"
  },
  {
    what: "An epoch pays a validator's take to its owner and the rest to everyone with shares in the pool, so stake is rarely a whole number.",
    sources: [at("pallets/subtensor/src/coinbase/run_coinbase.rs")],
    test: "test/chain/runtime/epoch.test.ts"
  },
  {
    what: "If no validator set weights, every hotkey with a permit earns dividends by stake, including miners and the treasury.",
    sources: [at("pallets/subtensor/src/coinbase/run_coinbase.rs")],
    test: "test/chain/runtime/epoch.test.ts"
  },
  {
    what: "The chain extension recycles whatever is there if asked for more, but refuses such transfers and moves. It ignores an input's extra length. An unknown function traps the whole message.",
    sources: [at("chain-extensions/src/lib.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "A partial swap that the price limit rules out succeeds and moves nothing.",
    sources: [at("pallets/subtensor/src/staking/move_stake.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "With a price limit, stake can be sold even where the subnet's token is off. Without one, the sale is refused.",
    sources: [at("pallets/subtensor/src/staking/remove_stake.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "When a subnet is dissolved, holders of its stake, contracts included, receive TAO from its pool. All its stake and locks disappear.",
    sources: [at("pallets/subtensor/src/staking/remove_stake.rs"), at("pallets/subtensor/src/subnets/dissolution.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A new subnet takes the lowest free number, at once if another gives way. Only function 34, which counts a number's registrations, shows it.",
    sources: [at("pallets/subtensor/src/subnets/subnet.rs"), at("pallets/subtensor/src/coinbase/root.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "Anyone can claim an unowned account as a hotkey for free. Its rightful owner can then not register it.",
    sources: [at("pallets/subtensor/src/macros/dispatches.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "The owner of a registered hotkey can give its coldkey any name, even another's: the chain checks only lengths.",
    sources: [at("pallets/subtensor/src/utils/identity.rs")],
    test: "test/chain/indexer/head.test.ts"
  },
  {
    what: "The price of a registration rises by 26 % with each one, and halves every 360 blocks.",
    sources: [at("pallets/subtensor/src/subnets/registration.rs"), at("pallets/subtensor/src/coinbase/block_step.rs")],
    switch: "genesis burnHalfLife",
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A hotkey swap moves all stake except perhaps a rao or two that do not show. If it keeps the stake, the old hotkey becomes unknown and its stake cannot be moved.",
    sources: [at("pallets/subtensor/src/swap/swap_hotkey.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A coldkey swap moves stake like a transfer, so up to a rao is lost behind a hotkey that has earned dividends.",
    sources: [at("pallets/subtensor/src/swap/swap_coldkey.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "From a subnet's second year on, the owner of the hotkey with the most conviction takes the subnet over once it exceeds 18 % of the subnet's alpha.",
    sources: [at("pallets/subtensor/src/staking/lock.rs"), pull(3083)],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "Locked stake can be transferred only to an account that has agreed to accept it.",
    sources: [at("pallets/subtensor/src/staking/lock.rs")],
    test: "test/chain/runtime/codes.test.ts"
  },
  {
    what: "A tip buys no priority: all transactions but root's operational ones are equal, and none replaces another with the same nonce. The one that expires first goes first.",
    sources: [
      at("docs/transaction-priority.md"),
      at("runtime/src/transaction_payment_wrapper.rs"),
      "https://github.com/paritytech/polkadot-sdk/blob/master/substrate/client/transaction-pool/src/graph/ready.rs"
    ],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "A contract call reserves the price of its whole weight limit, at 0.00025 rao a picosecond, and gets the unused part back.",
    sources: [at("pallets/transaction-fee/src/lib.rs"), at("runtime/src/lib.rs"), pull(3183)],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "A contract that takes stake away is charged about 90 ms in advance, as if the account had the most hotkeys allowed. A dry run's gas includes it.",
    sources: [pull(3176), pull(3187)],
    test: "test/chain/runtime/fees.test.ts"
  },
  {
    what: "A contract's proxy call succeeds, but the call inside it is refused unless it is `transfer_stake`. Not even TAO can be moved.",
    sources: [pull(3138), pull(3139)],
    test: "test/chain/runtime/proxies.test.ts"
  },
  {
    what: "Others can fill an account's list of hotkeys up to 128 (its own staking up to 256). It then receives no stake behind further hotkeys.",
    sources: [pull(3176)],
    test: "test/chain/runtime/lifecycle.test.ts"
  },
  {
    what: "A subnet's owner can switch stake transfers off and on.",
    sources: [at("pallets/admin-utils/src/lib.rs")],
    test: "test/chain/runtime/lifecycle.test.ts"
  }
)
