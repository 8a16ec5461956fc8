/**
 * Items in use that the network's runtime of October 2026 renamed, removed or added, and how the program handles each. The names come from the
 * package bittensor 11.3.0, which is generated from the live runtime (without types); test/process/bittensor/october.test.ts checks this list against
 * it. `npm run generate` writes it into docs/bittensor.md.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

export interface OctoberChange {
  /** Named as in ./used.ts. */
  readonly items: ReadonlyArray<string>
  readonly change: "gone" | "new" | "other arguments"
  /** The item's replacement, and our client's behaviour on either runtime. */
  readonly met: string
}

const storage = (names: string) => names.split(/\s+/).map((name) => `SubtensorModule.storage.${name}`)

export const octoberChanges: ReadonlyArray<OctoberChange> = [
  {
    items: storage("Alpha"),
    change: "gone",
    met: "`AlphaV2` takes its place, with shares of another type. The program reads stake by `StakeInfoRuntimeApi`, which both runtimes have, and never the shares; SDK 11 reads either map by what the metadata lists."
  },
  {
    items: storage("Rank RootClaimType Trust"),
    change: "gone",
    met: "Only version 9 and 10 of Bittensor's tools read them. The program does not."
  },
  {
    items: storage("LastEpochBlock PendingEpochAt SubnetEpochIndex"),
    change: "new",
    met: "Epochs are counted. Where the items are missing, the program derives the epoch from block, subnet and tempo (`src/layers/chain/subnet/weights.ts`)."
  },
  {
    items: ["SubnetInfoRuntimeApi.get_subnet_hyperparams_v3"],
    change: "new",
    met: "A list of names and values. Where it is missing, the program asks `get_subnet_hyperparams_v2`, whose fields have the same names (`src/layers/chain/subnet/hyperparameters.ts`)."
  },
  {
    items: ["SubnetInfoRuntimeApi.get_next_epoch_start_block"],
    change: "new",
    met: "Where it is missing, `gittensor subnet hyperparameters` does not say when the next epoch begins."
  },
  {
    items: storage("CollateralDrainRatio CollateralLockShare MinerCollateral"),
    change: "new",
    met: "A share of a registration's price becomes locked stake. The program shows it, and what unlocks it, before it pays (`src/layers/chain/subnet/registration.ts`)."
  },
  {
    items: storage("DecayingHotkeyLock DecayingOwnerLock HotkeyLock Lock MaturityRate OwnerLock UnlockRate"),
    change: "new",
    met: "Stake that is locked. Only Bittensor's tools read it; what is free the contract asks of chain extension function 36."
  },
  {
    items: ["StakeInfoRuntimeApi.get_coldkey_lock", "StakeInfoRuntimeApi.get_stake_availability_for_coldkeys"],
    change: "new",
    met: "The same. The program does not ask."
  },
  {
    items: storage("SubnetEpochConsensus"),
    change: "new",
    met: "How a subnet judges weights. Version 11 of Bittensor's tools reads it before it sets weights; the program does not."
  },
  {
    items: ["BetaBasketRuntimeApi.get_root_basket_owed", "BetaBasketRuntimeApi.get_root_basket_positions"],
    change: "new",
    met: "Only btcli 11 asks, to show a balance."
  },
  {
    items: ["SwapRuntimeApi.current_alpha_price_all"],
    change: "new",
    met: "Only btcli asks. The program asks `current_alpha_price`, which both runtimes have, and only to show amounts in TAO too."
  },
  {
    items: ["SubtensorModule.calls.register_limit"],
    change: "new",
    met: "A registration with a limit of its price. The program and btcli 9 prefer it; where it is missing, the program registers with `burned_register`."
  },
  {
    items: ["MevShield.calls.submit_encrypted"],
    change: "other arguments",
    met: "Without the commitment. Only Bittensor's tools encrypt transactions; [miner.md](reference/miner.md#registering) says why the program does not."
  }
]

const FILES = { storage: "storage.py", constants: "constants.py", apis: "runtime_apis.py", calls: "calls.py" } as const

const packageFile = (python: string, file: string): string => {
  const lib = join(python, "v11/lib")
  return readFileSync(join(lib, readdirSync(lib)[0] ?? "", "site-packages/bittensor/_generated", file), "utf8")
}

/** The names of each call's arguments in bittensor 11.3.0, by the call. */
export const octoberArguments = (python: string): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    [...packageFile(python, FILES.calls).matchAll(/return Call\('(\w+)', '(\w+)', \{(.*)\}\)/g)].map(([, pallet, name, given = ""]) => [
      `${pallet}.calls.${name}`,
      [...given.matchAll(/'(\w+)':/g)].map(([, argument = ""]) => argument)
    ])
  )

/** Names in bittensor 11.3.0, as ./used.ts names items. Without events, which the package does not list. */
export const octoberNames = (python: string): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const [kind, file] of Object.entries(FILES)) {
    let pallet = ""
    for (const line of packageFile(python, file).split("\n")) {
      pallet = /^class (\w+)/.exec(line)?.[1] ?? pallet
      const [, container, name] = /^ {4}\w+ = \w+\('(\w+)', '(\w+)'/.exec(line) ?? []
      const call = kind === "calls" ? /^ {4}def (\w+)\(/.exec(line)?.[1] : undefined
      if (container !== undefined && name !== undefined)
        names.add(kind === "apis" ? `${container}.${name}` : `${container}.${kind}.${name}`)
      else if (call !== undefined) names.add(`${pallet}.calls.${call}`)
    }
  }
  return names
}

/** The list for docs/bittensor.md. */
export const octoberTable = (): string =>
  [
    "| item | October 2026 | how it is met |",
    "|---|---|---|",
    ...octoberChanges.map(({ items, change, met }) => `| ${items.map((item) => `\`${item}\``).join(", ")} | ${change} | ${met} |`)
  ].join("\n")
