/** btcli 11, which is part of the package bittensor 11. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import {
  accounts,
  committing,
  execute,
  expect,
  type Finished,
  jsonIn,
  movingStake,
  netuid,
  revealing,
  salt,
  stored,
  type Tool,
  until,
  type World,
  weightsAre
} from "./Tool.ts"

const run = (world: World, ...words: ReadonlyArray<string>): Promise<Finished> =>
  execute(world, [
    join(world.python, "v11/bin/python"),
    join(world.python, "v11/bin/btcli"),
    ...words,
    ...["--network", world.endpoint, "--fallback-endpoints", "none", "--archive-endpoints", "none"],
    "--json"
  ])

const wallet = ({ wallets }: World, name = "alice") => ["--wallet", name, "--wallet-hotkey", "default", "--wallet-path", wallets]

const shows = (finished: Finished, ...texts: ReadonlyArray<string>) => {
  const answer = JSON.stringify(jsonIn(finished))
  for (const text of texts) expect(answer.includes(text), `its answer lacks ${text}`)
}

const staking = (name: string, words: ReadonlyArray<string>, adds: boolean, shield: ReadonlyArray<string> = ["--no-mev-shield"]) => ({
  name,
  run: (world: World) =>
    movingStake(world, adds, () =>
      run(
        world,
        ...["stake", ...words, "--netuid", String(netuid), "--hotkey", accounts.validator, ...wallet(world)],
        ...["--yes", ...shield]
      )
    )
})

export const btcli11: Tool = {
  name: "btcli 11.3.0",
  operations: [
    {
      name: "wallet create",
      run: async (world) => {
        const folder = join(world.home, "wallets")
        await run(world, "wallet", "create", "--no-password", "--wallet", "new", "--wallet-hotkey", "default", "--wallet-path", folder)
        expect(existsSync(join(folder, "new/hotkeys/default")), "no key file was written")
      }
    },
    {
      name: "wallet list",
      run: async (world) => shows(await run(world, "wallet", "list", "--wallet-path", world.wallets), accounts.alice)
    },
    {
      name: "wallet balance",
      run: async (world) => {
        const account = (await world.api.query.system?.account?.(accounts.alice))?.toJSON()
        const { free } = (account as { readonly data: { readonly free: number } }).data // the metadata's type
        shows(await run(world, "wallet", "balance", ...wallet(world)), `"free_tao":${free / 1e9}`)
      }
    },
    {
      name: "wallet overview",
      run: async (world) => shows(await run(world, "wallet", "overview", ...wallet(world, "validator1")), "74")
    },
    { name: "subnets list", run: async (world) => shows(await run(world, "subnets", "list"), '"netuid":74') },
    {
      name: "subnets show",
      run: async (world) => shows(await run(world, "subnets", "show", String(netuid)), '"tempo":10')
    },
    {
      name: "subnets metagraph",
      run: async (world) => shows(await run(world, "subnets", "metagraph", String(netuid)), accounts.validator)
    },
    {
      name: "subnets register",
      run: async (world) => {
        const before = await stored(world, "subnetworkN", netuid)
        // This command requires the MEV shield.
        await run(world, "subnets", "register", "--netuid", String(netuid), ...wallet(world), "--yes")
        await until("no neuron was added", async () => (await stored(world, "subnetworkN", netuid)) === Number(before) + 1)
      }
    },
    staking("stake add", ["add", "--amount", "10"], true),
    staking("stake add, any price", ["add", "--amount", "10", "--no-slippage-protection"], true),
    staking("stake add, shielded", ["add", "--amount", "10"], true, ["--mev-shield"]),
    {
      name: "stake list",
      run: async (world) => shows(await run(world, "stake", "list", ...wallet(world)), accounts.validator)
    },
    staking("stake remove", ["remove", "--amount", "3"], false),
    staking("stake remove, any price", ["remove", "--amount", "3", "--no-slippage-protection"], false),
    {
      name: "weights set",
      run: async (world) => {
        const words = ["--netuid", String(netuid), "--uids", "0,2", "--weights", "1,3"]
        await run(world, "weights", "set", ...words, ...wallet(world, "validator1"), "--yes", "--no-mev-shield")
        await weightsAre(world, "[[0,21845],[2,65535]]")
      }
    },
    {
      name: "weights commit",
      run: (world) =>
        committing(world, async () => {
          const words = ["--netuid", String(netuid), "--uids", "0,2", "--weights", "3,1"]
          await run(world, "weights", "commit", ...words, ...wallet(world, "validator1"), "--yes", "--no-mev-shield")
          await until("no commitment is there", async () => {
            const commits = (await world.api.query.subtensorModule?.timelockedWeightCommits?.entries(netuid)) ?? []
            return JSON.stringify(commits.map(([, value]) => value.toJSON())).includes(accounts.validator)
          })
        })
    },
    {
      name: "weights reveal",
      run: (world) =>
        revealing(world, 0, [65_535, 21_845], () =>
          run(
            world,
            ...["weights", "reveal", "--netuid", String(netuid), "--uids", "0,2", "--weights", "3,1", "--salt", salt],
            ...[...wallet(world, "validator1"), "--yes", "--no-mev-shield"]
          )
        )
    }
  ],
  leftOut: {}
}
