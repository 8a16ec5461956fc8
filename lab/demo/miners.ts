/** The demo's miners. Each gets keys, a registration and a link to its GitHub account in the same way as a real miner. */
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { collateralRequired } from "../../src/domain/Collateral.ts"
import type { KeyPair } from "../../src/domain/KeyPair.ts"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { Chain, type Inclusion } from "../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../src/layers/chain/wallet/secretUri.ts"
import * as GitHub from "../../src/layers/github/GitHub.ts"
import { alpha } from "../../src/layers/machine/terminal/output.ts"
import { linkGitHub } from "../../src/roles/miner/linkGitHub.ts"
import { Cast } from "./Cast.ts"
import { Narrator } from "./Narrator.ts"
import { DEPOSIT, NETUID, OWNER_URI, taoFor } from "./settings.ts"

export interface Miner {
  /** The name in the story: the login in the data, even if the account was renamed later. */
  readonly login: string
  readonly hotkey: KeyPair
  readonly coldkey: KeyPair
}

/** What a new miner's coldkey gets to pay for its registration and its stake: 100 TAO, in rao. */
const POCKET_MONEY = 100_000_000_000n

export const keyOf = (uri: string) => keyPairOf(Redacted.make(uri))

/** Funds, registers and links a miner for each account, and has it buy so many rao of alpha as stake. Keys derive from the account's id, because a login may contain `/`, which has a meaning in a secret URI. */
export const recruit = Effect.fn("demo.recruit")(function* (
  newcomers: ReadonlyArray<{ readonly id: number; readonly login: string; readonly token: string }>,
  githubUrl: string,
  stake: bigint
) {
  const [chain, narrator, cast] = yield* Effect.all([Chain, Narrator, Cast])
  const bank = yield* keyOf(OWNER_URI)
  const keys = yield* Effect.forEach(newcomers, ({ id, login, token }) =>
    Effect.all({ hotkey: keyOf(`//Miner//${id}`), coldkey: keyOf(`//Miner//${id}//cold`) }).pipe(
      Effect.map((pair) => ({ login, token, ...pair }))
    )
  )
  yield* chain.submit({
    label: "fund the miners",
    signer: bank,
    call: (api) => {
      const batch = api.tx.utility?.batchAll
      const transfer = api.tx.balances?.transferKeepAlive
      if (batch === undefined || transfer === undefined) throw new Error("this chain has no utility.batchAll")
      return batch(keys.map(({ coldkey }) => transfer(coldkey.address, POCKET_MONEY)))
    }
  })
  return yield* Effect.forEach(
    keys,
    ({ login, token, hotkey, coldkey }) =>
      Effect.gen(function* () {
        yield* cast.introduce(hotkey.address, login)
        const registered: Inclusion = yield* chain.submit({
          label: "burned_register",
          until: "finalised",
          signer: coldkey,
          call: ({ tx }) => {
            const [batch, register, addStake] = [tx.utility?.batchAll, tx.subtensorModule?.burnedRegister, tx.subtensorModule?.addStake]
            if (batch === undefined || register === undefined || addStake === undefined) throw new Error("this chain has no such calls")
            const joining = register(NETUID, hotkey.address)
            return stake === 0n ? joining : batch([joining, addStake(hotkey.address, NETUID, taoFor(stake))])
          }
        })
        const { account, inclusion } = yield* linkGitHub(hotkey).pipe(Effect.provide(githubAs(githubUrl, token)))
        yield* narrator.step({ actor: "miner", text: `${login} registers its hotkey on the subnet`, at: registered })
        yield* narrator.step({
          actor: "miner",
          text: `${login} links GitHub account ${account.id} with a gist and a commitment`,
          at: inclusion ?? registered
        })
        return { login, hotkey, coldkey } satisfies Miner
      }),
    { concurrency: 8 }
  )
})

/** Has a miner deposit collateral if it has too little for a match about a bounty of so many rao. */
export const ensureCollateral = Effect.fn("demo.ensureCollateral")(function* ({ coldkey, hotkey, login }: Miner, bounty: bigint) {
  const [contract, narrator] = yield* Effect.all([Contract, Narrator])
  const { collateralBps } = yield* contract.config
  const [known] = yield* contract.stored("collateral", { miners: [[hotkey.address, coldkey.address]] })
  if (known !== undefined && known.deposited - known.locked >= collateralRequired(bounty, collateralBps)) return
  const { inclusion } = yield* contract.send("depositCollateral", { hotkey: hotkey.address, amount: DEPOSIT }, coldkey)
  yield* narrator.step({ actor: "miner", text: `${login} deposits ${alpha(DEPOSIT)} of collateral`, at: inclusion })
})

/** GitHub as one account sees it. */
export const githubAs = (url: string, token: string) =>
  GitHub.layer.pipe(
    Layer.provide(
      Layer.setConfigProvider(
        ConfigProvider.fromMap(
          new Map([
            ["GITTENSOR_GITHUB_URL", url],
            ["GITTENSOR_GITHUB_TOKEN", token]
          ])
        )
      )
    )
  )
