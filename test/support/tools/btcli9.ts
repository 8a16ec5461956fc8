/** btcli 9, the command line of most of the network. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import {
  accounts,
  execute,
  expect,
  type Finished,
  jsonIn,
  movingStake,
  netuid,
  reasonIn,
  revealing,
  salt,
  stored,
  successful,
  type Tool,
  until,
  type World
} from "./Tool.ts"

const run = (world: World, ...words: ReadonlyArray<string>): Promise<Finished> =>
  // Not by the script itself, whose first line names its original installation folder.
  execute(world, [join(world.python, "cli9/bin/python"), join(world.python, "cli9/bin/btcli"), ...words])

const wallet = ({ wallets }: World, name = "alice") => ["--wallet-path", wallets, "--wallet-name", name, "--hotkey", "default"]
const network = ({ endpoint }: World) => ["--network", endpoint]

const staking = (name: string, words: ReadonlyArray<string>, adds: boolean, shield: ReadonlyArray<string> = ["--no-mev-protection"]) => ({
  name,
  run: (world: World) =>
    movingStake(world, adds, async () =>
      successful(
        await run(
          world,
          ...["stake", ...words, "--netuid", String(netuid), "--include-hotkeys", accounts.validator, ...shield],
          ...[...wallet(world), ...network(world), "--no-prompt", "--json-output"]
        )
      )
    )
})

const shows = (finished: Finished, ...texts: ReadonlyArray<string>) => {
  const answer = JSON.stringify(jsonIn(finished))
  for (const text of texts) expect(answer.includes(text), `its answer lacks ${text}`)
}

/** Errors come with exit code 0. */
const says = ({ output, all }: Finished, text: string) => expect(output.includes(text), reasonIn(all))

/** 9.23.2, which btcli sends as the version key of weights. */
const versionKey = 9_023_002

export const btcli9: Tool = {
  name: "btcli 9.23.2",
  operations: [
    {
      name: "wallet create",
      run: async (world) => {
        const folder = join(world.home, "wallets")
        await run(
          world,
          ...["wallet", "create", "--wallet-path", folder, "--wallet-name", "new", "--hotkey", "default", "--n-words", "12"],
          "--no-use-password"
        )
        expect(existsSync(join(folder, "new/hotkeys/default")), "no key file was written")
      }
    },
    {
      name: "wallet list",
      run: async (world) => shows(await run(world, "wallet", "list", "--wallet-path", world.wallets, "--json-output"), accounts.alice)
    },
    {
      name: "wallet balance",
      run: async (world) =>
        shows(await run(world, "wallet", "balance", ...wallet(world), ...network(world), "--json-output"), accounts.alice)
    },
    {
      name: "wallet overview",
      run: async (world) =>
        shows(await run(world, "wallet", "overview", ...wallet(world, "validator1"), ...network(world), "--json-output"), '"netuid":74')
    },
    {
      name: "subnets list",
      run: async (world) => shows(await run(world, "subnets", "list", ...network(world), "--json-output"), '"74"')
    },
    {
      name: "subnets show",
      run: async (world) =>
        // With --json-output, btcli prints nothing.
        says(
          await run(world, "subnets", "show", "--netuid", String(netuid), ...network(world), "--no-prompt"),
          accounts.validator.slice(0, 6)
        )
    },
    {
      name: "subnets metagraph",
      run: async (world) =>
        // With --json-output, btcli prints nothing.
        says(
          await run(world, "subnets", "metagraph", "--netuid", String(netuid), ...network(world), "--no-prompt"),
          accounts.validator.slice(0, 6)
        )
    },
    {
      name: "subnets register",
      run: async (world) => {
        const before = await stored(world, "subnetworkN", netuid)
        successful(
          await run(
            world,
            ...["subnets", "register", "--netuid", String(netuid), ...wallet(world), ...network(world), "--no-prompt", "--json-output"]
          )
        )
        await until("no neuron was added", async () => (await stored(world, "subnetworkN", netuid)) === Number(before) + 1)
      }
    },
    staking("stake add", ["add", "--amount", "10"], true),
    staking("stake add, any price", ["add", "--amount", "10", "--unsafe"], true),
    staking("stake add, shielded", ["add", "--amount", "10"], true, []),
    {
      name: "stake list",
      run: async (world) =>
        shows(await run(world, "stake", "list", ...wallet(world), ...network(world), "--no-prompt", "--json-output"), accounts.validator)
    },
    staking("stake remove", ["remove", "--amount", "3"], false),
    staking("stake remove, any price", ["remove", "--amount", "3", "--unsafe"], false),
    {
      name: "weights reveal",
      run: (world) =>
        revealing(world, versionKey, [65_535, 21_845], async () =>
          successful(
            await run(
              world,
              ...["weights", "reveal", "--netuid", String(netuid), "--uids", "0,2", "--weights", "3,1", "--salt", salt],
              ...[...wallet(world, "validator1"), ...network(world), "--no-prompt", "--json-output"]
            )
          )
        )
    }
  ],
  leftOut: {
    "weights set": "btcli 9 has no such command",
    "weights commit":
      "first reads a storage item `get_commit_reveal_weights_enabled`, which no runtime has: it fails on Finney (spec 365) and in October 2026 as well"
  }
}
