import { Effect, Schema } from "effect"
import { lengthPrefixed, ScaleReader } from "./codec/scale.ts"
import { UnusableGenesis } from "./DevChainError.ts"
import type { Executor } from "./executor/Executor.ts"
import { codeKey, extrinsicIndexKey } from "./state/keys.ts"
import { type Change, emptyState } from "./state/StateStore.ts"

/** Accounts of the dev chain by secret URI. The secrets are public: these accounts exist on every Substrate dev chain. */
export const devAccounts = {
  "//Alice": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
  "//Bob": "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
  "//Charlie": "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
  "//Dave": "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy",
  "//Eve": "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw",
  "//Ferdie": "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL",
  "//SubnetOwner": "5CkPtA8wM2YKDmi7CzMMiLD8skYxHD44cwFN9JfDdynpy5WU",
  "//SubnetOwner//hot": "5EjjRco7VPehqCw2q8SS3CK4g67CQDx2pAAZhvaAUCtb76tT",
  "//Validator1": "5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW",
  "//Validator1//cold": "5DtuaX1UbKKusYZDgrNqdYrdiZpvsAX6KhhfhCyFBnM5Jp5h",
  "//Validator2": "5G6win2P1ty9X6DYuvfSFkijHGVx8yceVp1uNFntENyu7H4j",
  "//Validator2//cold": "5Dtc6mNCRDYXHWJXiWnV6xVZztz5iSJQGHnNccPSPTSgPqgU",
  "//Validator3": "5DXDWSgAioftJk5CBhnE1WM7hJVAiCsXALSLxzcV5ouKLo5p",
  "//Validator3//cold": "5H3WEWWN3wj5deqBKQisXDQi9MT8k4QBRJAwQ2FDKN39j6nv"
} as const

const rao = 1_000_000_000

/** JSON for the runtime's GenesisBuilder. */
export type GenesisJson = { readonly [key: string]: unknown }

/** The subnet of this project. */
export const devNetuid = 74

/**
 * The default genesis. //Alice is sudo. The six usual accounts and the subnet's owner have a million TAO each, validators' keys a thousand. Coldkey
 * //SubnetOwner owns subnet 74, and its hotkey //SubnetOwner//hot is UID 0. Validators with hotkey //ValidatorN and coldkey //ValidatorN//cold are
 * UIDs 1 to 3 with 50, 30 and 20 thousand alpha. Epochs take 10 blocks and emission is 1,000 alpha a block, so that everything happens within
 * minutes.
 */
export const devGenesis: GenesisJson = {
  balances: {
    balances: Object.entries(devAccounts).map(([uri, account]) => [account, (uri.startsWith("//Validator") ? 1_000 : 1_000_000) * rao])
  },
  sudo: { key: devAccounts["//Alice"] },
  subtensorModule: {
    subnets: [
      {
        netuid: devNetuid,
        ownerHotkey: devAccounts["//SubnetOwner//hot"],
        ownerColdkey: devAccounts["//SubnetOwner"],
        tempo: 10,
        alphaEmissionPerBlock: 1_000 * rao,
        weightsSetRateLimit: 5,
        servingRateLimit: 0,
        neurons: [
          { hotkey: devAccounts["//Validator1"], coldkey: devAccounts["//Validator1//cold"], stake: 50_000 * rao },
          { hotkey: devAccounts["//Validator2"], coldkey: devAccounts["//Validator2//cold"], stake: 30_000 * rao },
          { hotkey: devAccounts["//Validator3"], coldkey: devAccounts["//Validator3//cold"], stake: 20_000 * rao }
        ]
      }
    ]
  }
}

const isObject = (value: unknown): value is GenesisJson => typeof value === "object" && value !== null && !Array.isArray(value)

/** Merges `patch` over `base`: objects member by member; any other value replaces the old one. */
export const mergeGenesis = (base: GenesisJson, patch: GenesisJson): GenesisJson => {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(patch)) {
    const below = merged[key]
    merged[key] = isObject(below) && isObject(value) ? mergeGenesis(below, value) : value
  }
  return merged
}

const Preset = Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown }))

/** The genesis state: the runtime's own defaults with `patch` merged over them. */
export const genesisState = (
  executor: Executor,
  code: Uint8Array,
  patch: GenesisJson
): Effect.Effect<ReadonlyArray<Change>, UnusableGenesis> =>
  Effect.gen(function* () {
    const preset = new ScaleReader((yield* executor.call(code, emptyState, "GenesisBuilder_get_preset", new Uint8Array([0]))).result)
    const defaults = preset.u8() === 0 ? {} : yield* Schema.decode(Preset)(preset.text())
    const json = new TextEncoder().encode(JSON.stringify(mergeGenesis(defaults, patch)))
    const built = yield* executor.call(code, emptyState, "GenesisBuilder_build_state", lengthPrefixed(json))
    const answer = new ScaleReader(built.result)
    if (answer.u8() !== 0) return yield* new UnusableGenesis({ reason: answer.text() })
    const state = built.changes.filter(({ key, value }) => value !== null && key !== extrinsicIndexKey && key !== codeKey)
    return [...state, { child: "", key: codeKey, value: code }]
  }).pipe(
    Effect.catchTags({
      RuntimeTrap: (trap) => new UnusableGenesis({ reason: trap.reason }),
      ParseError: (error) => new UnusableGenesis({ reason: error.message })
    })
  )
